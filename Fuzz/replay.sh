#!/usr/bin/env bash
# Runs all fuzz targets over their corpus and their old findings, without libFuzzer.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=${FUZZ_SCRATCH:-$here/../.build/replay}

swift build --package-path "$here" -c release --scratch-path "$scratch" >&2
binaries=$(swift build --package-path "$here" -c release --scratch-path "$scratch" --show-bin-path)

total=0
for target in packet-open file-open tl-decode engine-events records-resume timers rekey-events abi-calls; do
    log=$(SWIFT_BACKTRACE=enable=no "$binaries/$target" \
        "$here/Corpus/$target" "$here/Crashes/$target" 2>&1) || {
        echo "$log" | tail -n 4
        echo "$target: a violation, or no inputs; the last file named above is the one" >&2
        exit 1
    }
    count=$(echo "$log" | sed -n 's/^replayed \([0-9]*\) inputs$/\1/p')
    echo "$target: $count inputs replayed"
    total=$((total + count))
done
echo "$total inputs replayed, no violation"
