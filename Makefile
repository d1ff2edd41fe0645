# One word for each job. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
TARGET ?= packet-open
TIME ?= 60
PREFIX ?= /usr/local

.PHONY: help demo test build release lint format library install install-test examples abi kernels schema schema-check trace \
	vectors constant-time fuzz fuzz-smoke fuzz-seeded replay rig simulate conform interop model canaries seeded bench ci clean

help: ## List the jobs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## Two engines make a secret chat, exchange messages, lose some, crash, recover, let some disappear and close
	@Scripts/bootstrap run
	@swift build -c release --product secretchat --quiet
	@.build/release/secretchat demo

test: ## Run all unit and vector tests
	@Scripts/bootstrap run
	swift test -c release --disable-xctest

build: ## Build everything for debugging; warnings are errors
	@Scripts/bootstrap run
	swift build --build-tests

release: ## Build everything optimised
	@Scripts/bootstrap run
	swift build -c release

lint: ## Check the format of the Swift sources
	@Scripts/lint

format: ## Format the Swift sources, but for generated ones
	swift format -i -r --parallel Sources Tests Fuzz Benchmarks Package.swift

library: ## Build libsecretchat.so and libsecretchat.a, without the runtime of Swift, into .build/library
	@Scripts/bootstrap run
	@Scripts/library

install: ## Install the C library and the tool: make install PREFIX=/usr/local
	@Scripts/bootstrap run
	@Scripts/install $(PREFIX)

install-test: ## Install into an empty place, and use what is there
	@Scripts/bootstrap ci
	@Scripts/install-test

examples: ## Build and run the examples in C, C++, Python and Swift
	@Scripts/bootstrap ci
	@Examples/run.sh

abi: ## Test the C interface, also with sanitizers and threads
	@Scripts/bootstrap ci
	@Tests/ABI/run.sh

kernels: ## Test the C kernels on every path, under sanitizers, emulation and valgrind
	@Scripts/bootstrap ci
	@Tests/Kernels/run.sh

schema: ## Write the generated code of the schema anew
	@swift run --quiet tlgen .

schema-check: ## Compare the generated code with the schema
	@swift run --quiet tlgen . --check

trace: ## Compare the clauses of SPEC.md with code, tests and vectors, and write Vectors/CLAUSES.md
	@Scripts/bootstrap ci
	@Scripts/trace

vectors: ## Generate the vectors anew and compare them with the committed ones
	@Scripts/bootstrap ci
	@Scripts/vectors

constant-time: ## Let valgrind look for branches and addresses that depend on secrets
	@Scripts/bootstrap ci
	@Scripts/constant-time

simulate: ## Play worlds in which everything goes wrong, every schedule up to a bound, and clocks that lie
	@Scripts/bootstrap run
	@Scripts/simulate

model: ## Play every schedule of the model of the exchange of keys, and find the bugs put into it
	@Scripts/bootstrap ci
	@Models/run.sh

canaries: ## Delete texts in 10,000 scenarios, and look for them in records and memory
	@Scripts/bootstrap run
	@Scripts/canaries

seeded: ## Put bugs into a copy and see each caught by what is said to catch it; takes half an hour
	@Scripts/bootstrap run
	@Scripts/seeded

fuzz: ## Fuzz with ASan: make fuzz TARGET=packet-open TIME=300
	@Scripts/bootstrap run
	@Fuzz/run.sh $(TARGET) $(TIME)

fuzz-smoke: ## A short run of every fuzz target
	@Scripts/bootstrap run
	@Fuzz/run.sh --smoke

fuzz-seeded: ## Put bugs into a copy and see every fuzz target find them
	@Scripts/bootstrap run
	@Fuzz/seeded.sh

replay: ## Run every fuzz target over its corpus and its old findings
	@Scripts/bootstrap run
	@Fuzz/replay.sh

rig: ## Play the scenarios of the rig, if there is one beside the project
	@Scripts/bootstrap ci
	@Scripts/rig

conform: ## Hold this engine against all vectors, and see that broken testees are caught
	@Scripts/bootstrap ci
	@Scripts/conform

interop: ## Play the engine opposite TDLib and telethon-secret-chat; needs root, and fetches packages
	@Scripts/bootstrap interop
	@Scripts/interop

bench: ## Measure, print ratios and write JSON
	@Scripts/bootstrap run
	@Benchmarks/run.sh --json .build/bench.json

ci: ## Everything that must be green before a change lands
	@Scripts/ci

clean: ## Remove what was built
	rm -rf .build Fuzz/.build Fuzz/Work Benchmarks/.build
