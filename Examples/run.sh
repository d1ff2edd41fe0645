#!/usr/bin/env bash
# Builds and runs every example against .build/library, and compares what it prints with Examples/expected.
set -euo pipefail
cd "$(dirname "$0")/.."

examples=$PWD/Examples
library=$PWD/.build/library
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ran=()

fail() {
    echo "examples: $1" >&2
    exit 1
}

# Runs a command; its output must be that of the file.
expect() {
    local expected=$examples/expected/$1
    shift
    [ -e "$expected" ] || fail "there is no $expected"
    "$@" >"$scratch/output" || fail "$* failed"
    diff -u "$expected" "$scratch/output" || fail "$* prints something else"
}

[ -e "$library/libsecretchat.so" ] || Scripts/library
# Another library that is installed must not be taken for this one.
export SECRETCHAT_LIBRARY=$library/libsecretchat.so
strict=(-Wall -Wextra -Werror -pedantic "-I$PWD/Sources/CSecretChat/include")
link=("-L$library" -lsecretchat "-Wl,-rpath,$library")

if [ -e "$examples/C/chat.c" ]; then
    "${CC:-cc}" -std=c11 "${strict[@]}" "$examples/C/chat.c" "${link[@]}" -o "$scratch/c"
    expect c.txt "$scratch/c"
    ran+=("C")
fi

for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    "$compiler" -std=c++17 "${strict[@]}" "$examples/CPlusPlus/chat.cpp" "${link[@]}" -o "$scratch/cpp"
    expect cplusplus.txt "$scratch/cpp"
    ran+=("C++ with $compiler")
done

# In its folder the package is found without being installed.
cd "$examples/Python"
export PYTHONIOENCODING=utf-8 PYTHONDONTWRITEBYTECODE=1
lines=$(grep -cvE '^[[:space:]]*(#|$)' quickstart.py)
[ "$lines" -le 30 ] || fail "quickstart.py has $lines lines, more than 30"
expect quickstart.txt python3 quickstart.py
expect chat.txt python3 chat.py --seed 1
# Once more with the system's own clock and randomness.
python3 chat.py >/dev/null || fail "chat.py failed without a seed"
python3 -m unittest --quiet test_secretchat || fail "the tests of the Python package failed"
ran+=("Python with a quickstart of $lines lines")
if python3 -m mypy --version >/dev/null 2>&1; then
    python3 -m mypy --strict --no-error-summary secretchat chat.py test_secretchat.py
    ran+=("mypy")
fi

cd "$examples/Swift"
swift build -c release --product TwoParties
expect swift.txt "$(swift build -c release --show-bin-path)/TwoParties"
ran+=("Swift")

printf -v list '%s, ' "${ran[@]}"
echo "examples: ${list%, }: all as expected"
