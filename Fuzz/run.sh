#!/usr/bin/env bash
# Fuzzes with libFuzzer and AddressSanitizer.
#   run.sh TARGET SECONDS    one target for a time
#   run.sh --smoke           20,000 runs of every target, fewer of the slow ones, from a fixed seed
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=${FUZZ_SCRATCH:-$here/../.build/fuzz}

usage() {
    sed -n '2,4p' "${BASH_SOURCE[0]}" | sed 's/^# \?//' >&2
    exit 2
}

# Two --sanitize options reach swiftc as two -sanitize options, of which the last one wins; the
# -Xswiftc names both at once. The linker of LLVM is quiet about the symbols of the sanitizer.
build=(swift build --package-path "$here" -c release --scratch-path "$scratch"
    --traits LibFuzzer --sanitize=fuzzer --sanitize=address
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld)

# fuzz TARGET LIBFUZZER-OPTION...
fuzz() {
    local target=$1
    shift
    local work=$here/Work/$target
    mkdir -p "$work/corpus" "$work/findings"
    local dictionary=$here/Dictionaries/$target.dict
    [ -f "$dictionary" ] && set -- "$@" "-dict=$dictionary"
    # The first folder takes what is new, so it is not the committed one. The handler of Swift for
    # crashes would trip the sanitizer.
    if ! SWIFT_BACKTRACE=enable=no "$binaries/$target" "$@" -max_len=2048 -print_final_stats=1 \
        -artifact_prefix="$work/findings/" \
        "$work/corpus" "$here/Corpus/$target" "$here/Crashes/$target" 2>"$work/log"; then
        tail -n 40 "$work/log"
        echo "$target: a finding, see $work/findings" >&2
        exit 1
    fi
    # In one piece: another target may be at work beside this one.
    printf '%s:\n%s\n' "$target" "$(grep -E 'INITED|DONE|^stat::' "$work/log" | sed 's/^/  /')"
}

case "${1:-}" in
--smoke)
    [[ $# -eq 1 ]] || usage
    ;;
packet-open | file-open | tl-decode | engine-events | records-resume | timers | rekey-events | abi-calls)
    [[ $# -eq 2 && $2 =~ ^[0-9]+$ ]] || usage
    ;;
*)
    usage
    ;;
esac

export LSAN_OPTIONS="suppressions=$here/lsan.supp:print_suppressions=0"
"${build[@]}" >&2
binaries=$("${build[@]}" --show-bin-path)

if [[ $1 == --smoke ]]; then
    # One target for each processor; the longest begin first.
    failed=0
    for target in engine-events abi-calls timers rekey-events records-resume tl-decode packet-open file-open; do
        runs=20000
        # Each is a device that starts many times; the simulator plays far more of them.
        [[ $target == timers || $target == rekey-events ]] && runs=4000
        [[ $target == engine-events ]] && runs=5000
        [[ $target == abi-calls ]] && runs=12000
        while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || failed=1; done
        fuzz "$target" "-runs=$runs" -seed=1 &
    done
    while [[ -n $(jobs -p) ]]; do wait -n || failed=1; done
    exit "$failed"
else
    fuzz "$1" "-max_total_time=$2"
fi
