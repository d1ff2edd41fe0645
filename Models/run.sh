#!/usr/bin/env bash
# Plays rekey.pml in every configuration to its end, then versions of it with a bug each, which must be
# found. README.md says what each configuration covers. Leaves nothing behind.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for tool in spin gcc; do
    command -v "$tool" >/dev/null || { echo "model: no $tool; Scripts/bootstrap ci installs it" >&2; exit 1; }
done

depth=10000 # of the search; it must not be reached

# What must have happened in every configuration, then: name | bounds and features | what must, too
always="tie_won tie_lost tie_equal ahead_new second_change kept kept_accepted held_for_rewrite"
configurations=(
    "ordinary|AHEAD TEXTS0=2 TEXTS1=2|"
    "rewrite|AHEAD REWRITE TEXTS0=2 TEXTS1=1|rewrite_old"
    "rewrite-chain|AHEAD REWRITE ASKS0=2 ASKS1=1 TEXTS0=1 TEXTS1=2|rewrite_old gave_up"
    "kept-abort|AHEAD BUSY ASKS0=2 ASKS1=1 TEXTS0=2 TEXTS1=2|kept_after_own gave_up abort_of_kept abort_of_accepted late_accept"
    "patience|AHEAD BUSY PATIENCE=2 TEXTS0=1 TEXTS1=3|gave_up abort_of_kept abort_of_accepted late_accept"
    "late|AHEAD LATE FOREIGN TEXTS0=2 TEXTS1=2|early_change repeat_present"
    "repeats|AHEAD FOREIGN TEXTS0=1 TEXTS1=3|early_change repeat_present gave_up"
    "crash|AHEAD BUSY REWRITE CRASH TEXTS0=1 TEXTS1=2|undone rewrite_old kept_after_own gave_up abort_of_kept abort_of_accepted"
    "chain|M=14 AHEAD ASKS0=3 ASKS1=2 TEXTS0=1 TEXTS1=2|gave_up"
    "refused|AHEAD BUSY REFUSE TEXTS0=1 TEXTS1=2|refused_request refused_accept gave_up kept_after_own"
)

# bug | configuration | the invariant that must name it
mutants=(
    "SEND_BEFORE_COMMIT|CRASH|one-content"
    "EXCHANGE_NOT_STORED|CRASH|nobody-stuck"
    "ERASE_AT_CHANGE|AHEAD|key-available"
    "PROOF_BY_WAITING|AHEAD|key-available"
    "PROOF_BY_REPEAT|AHEAD FOREIGN TEXTS0=0 TEXTS1=3 ASKS0=1 ASKS1=0|key-available"
    "ERASE_WITHOUT_PROOF|AHEAD LATE TEXTS0=0 TEXTS1=2|key-available"
    "MARK_MOVES||old-key-gone"
    "REWRITE_NEW_KEY|AHEAD REWRITE|epoch-kept"
    "REWRITE_IGNORED_FOR_ERASE|REWRITE|epoch-kept"
    "ABORT_AFTER_ACCEPT|AHEAD BUSY TEXTS0=1 TEXTS1=2|no-abort-after-accept"
    "LATE_ACCEPT_TAKEN|BUSY TEXTS0=0 TEXTS1=2 ASKS0=1 ASKS1=0|same-key"
    "COUNT_FROM_WAITING|AHEAD BUSY TEXTS0=2 TEXTS1=2|nobody-stuck"
    "KEPT_DROPPED|AHEAD|nobody-stuck"
    "KEPT_LEAVES_OWN|BUSY|nobody-stuck"
    "ANSWER_BY_ABORT|BUSY|never-answered-by-abort"
    "ACCEPT_WITH_OLD_KEY|AHEAD|one-old-key"
    "REFUSAL_ENDS|BUSY REFUSE TEXTS0=1 TEXTS1=2|nobody-stuck"
    "START_WITH_OLD_KEY||one-old-key"
    "START_WITH_KEPT|BUSY|nobody-stuck"
    "TIE_REVERSED_ONE_SIDE||nobody-stuck"
)

# build DIRECTORY FLAGS MACRO...: a verifier of all states, none merged by their hashes.
build() {
    local directory=$1 flags=$2 macro defines=()
    shift 2
    for macro in "$@"; do defines+=("-D$macro"); done
    mkdir -p "$directory"
    cd "$directory"
    cp "$here/rekey.pml" .
    spin -a "${defines[@]}" rekey.pml >spin.log 2>&1 && ! grep -qiE 'error|warning' spin.log &&
        # shellcheck disable=SC2086
        gcc $flags -w -DSAFETY -DNOREDUCE -DMEMLIM=1500 -o pan pan.c >gcc.log 2>&1 ||
        { cat spin.log gcc.log 2>/dev/null; return 1; }
}

# The invariant whose assert failed, or whatever else stopped the search.
violated() {
    sed -nE 's/^pan:[0-9]+: assertion violated \(*([a-z_]+)\|\|.*/\1/p; s/^pan:[0-9]+: (.*)/\1/p' "$1" |
        head -n 1 | sed -E '/^[a-z_]+$/s/_/-/g'
}

# Places are held below their bound by an assert, so that the checks of each index can be spared.
configuration() {
    local name=$1 macros=$2 events=$3 begun states event
    begun=$(date +%s%N)
    # shellcheck disable=SC2086
    build "$work/$name" "-O1 -DNOBOUNDCHECK" $macros || { echo "FAIL $name: does not build"; return 1; }
    ./pan -m"$depth" -w22 >log 2>&1 || true
    if ! grep -qE 'errors: 0$' log; then
        echo "FAIL $name: $(violated log)"
        return 1
    fi
    if grep -qiE 'not completed|too small|bit statespace|truncated|out of memory|aborting' log ||
        ! grep -q '^Full statespace search' log; then
        echo "FAIL $name: the search is not complete"
        return 1
    fi
    for event in $always $events; do
        grep -q "^seen $event " log || { echo "FAIL $name: $event did not happen"; return 1; }
    done
    states=$(sed -nE 's/^ *([0-9]+) states, stored.*/\1/p' log)
    echo "$states" >states
    printf '%-14s %8d states %5.1f s   %s\n' "$name" "$states" \
        "$(($(date +%s%N) - begun))e-9" "${macros}"
}

mutant() {
    local name=$1 macros=$2 expected=$3 found
    # shellcheck disable=SC2086
    build "$work/$name" -O0 "BUG=$name" $macros || { echo "FAIL $name: does not build"; return 1; }
    ./pan -m"$depth" -w20 >log 2>&1 || true
    found=$(violated log)
    if [ "$found" != "$expected" ]; then
        echo "FAIL $name: ${found:-nothing} found, $expected expected"
        return 1
    fi
    printf '%-26s found: %s\n' "$name" "$found"
}

failed=0
running=0
# start COMMAND...: two at a time, each with its own output.
start() {
    if [ "$running" -ge 2 ]; then
        wait -n || failed=1
        running=$((running - 1))
    fi
    "$@" &
    running=$((running + 1))
}
for line in "${configurations[@]}"; do
    IFS='|' read -r name macros events <<<"$line"
    start configuration "$name" "$macros" "$events"
done
for line in "${mutants[@]}"; do
    IFS='|' read -r name macros expected <<<"$line"
    start mutant "$name" "$macros" "$expected"
done
while [ "$running" -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
done

[ "$failed" -eq 0 ] || { echo "model: failed" >&2; exit 1; }
states=$(($(cat "$work"/*/states | paste -sd+)))
echo "model: ${#configurations[@]} configurations, $states states, ${#mutants[@]} mutants found, 0 violations"
