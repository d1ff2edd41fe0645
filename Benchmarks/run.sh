#!/usr/bin/env bash
# Builds the benchmarks for release and runs them:
# run.sh [--quick] [--enforce] [--json FILE]
# [--only PART]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=${BENCH_SCRATCH:-$here/../.build/bench}
build=(swift build --package-path "$here" -c release --scratch-path "$scratch" --product bench)

"${build[@]}" >&2
exec "$("${build[@]}" --show-bin-path)/bench" "$@"
