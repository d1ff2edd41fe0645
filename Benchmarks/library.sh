#!/usr/bin/env bash
# Weighs the shared library: its size, what a program that has a chat with it needs to start and end, its resident
# memory, and how long a text takes through it. Twenty starts, minimum and median.
set -euo pipefail
cd "$(dirname "$0")/.."

library=.build/library
[ -e "$library/libsecretchat.so.1" ] || Scripts/library
program=$library/weigh
gcc -std=gnu11 -O2 -Wall -Wextra -Werror -ISources/CSecretChat/include -IBenchmarks/CLibraryPair/include \
    Benchmarks/CLibraryPair/pair.c Benchmarks/Library/main.c \
    "-L$library" -lsecretchat "-Wl,-rpath,$PWD/$library" -o "$program"

python3 - "$library/libsecretchat.so.1" "$program" <<'PYTHON'
import os, statistics, subprocess, sys, time

library, program = sys.argv[1:]
size = os.path.getsize(library)
if size > 400_000:
    sys.exit(f"library: {size} bytes, more than 400,000")
starts = []
for _ in range(20):
    begun = time.perf_counter()
    output = subprocess.run([program, "start"], check=True, capture_output=True, text=True).stdout
    starts.append((time.perf_counter() - begun) * 1000)
resident = int(output.split()[1])
print(f"size, stripped: {size} bytes")
print(f"start, a chat made with its keys, end: {min(starts):.1f} ms at best, median {statistics.median(starts):.1f} ms")
print(f"resident with two engines and a chat: {resident} KiB")
print(subprocess.run([program], check=True, capture_output=True, text=True).stdout.split("\n", 1)[1], end="")
PYTHON
