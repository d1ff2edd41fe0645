#!/usr/bin/env bash
# Builds and runs the checks of the C kernels: two compilers, sanitizers, processors without AES
# instructions, arm64, and memcheck with secrets marked as undefined. A missing tool is a failure,
# unless KERNELS_SKIP_MISSING=1 is set.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kernels=$here/../../Sources/CSecretChatKernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sources=("$kernels"/*.c)
test_program=("$here/kernels_test.c" "${sources[@]}")
flags=(-std=gnu11 -O2 -g -Wall -Wextra -Wconversion -Werror -I "$kernels/include")
failed=0

# step NAME COMMAND... runs the command, keeps its output for the case that it fails.
step() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "PASS $name: $(tail -n 1 "$work/log")"
    else
        echo "FAIL $name"
        sed 's/^/    /' "$work/log"
        failed=1
    fi
}

# have NAME TOOL... succeeds if all tools are there.
have() {
    local name=$1 tool
    shift
    for tool in "$@"; do
        if ! command -v "$tool" >/dev/null; then
            if [[ ${KERNELS_SKIP_MISSING:-0} == 1 ]]; then
                echo "SKIP $name: no $tool"
            else
                echo "FAIL $name: no $tool"
                failed=1
            fi
            return 1
        fi
    done
}

# The functions below run as conditions, where `set -e` has no effect: every command is chained.

build_and_run() {
    local output=$work/$1 compiler=$2
    shift 2
    "$compiler" "${flags[@]}" "$@" -DWITH_OPENSSL "${test_program[@]}" -lcrypto -lpthread \
        -o "$output" && "$output"
}

build_arm64() {
    aarch64-linux-gnu-gcc "${flags[@]}" -pedantic -static "${test_program[@]}" -lpthread \
        -o "$work/arm64" && echo built
}

# Older versions of valgrind cannot read the debugging information that clang writes by default.
build_ct_check() {
    clang "${flags[@]}" -gdwarf-4 "$here/ct_check.c" "${sources[@]}" -lpthread \
        -o "$work/ct_check" && echo built
}

# Without the last line a clean report could also mean that the marks had been lost.
ct_check_is_clean() {
    valgrind -q --error-exitcode=42 "$work/ct_check" >"$work/ct_log" 2>&1 || {
        cat "$work/ct_log"
        return 1
    }
    cat "$work/ct_log"
    ! grep -q "tracked: no" "$work/ct_log"
}

ct_check_reports_leak() {
    local status=0
    valgrind -q --error-exitcode=42 "$work/ct_check" seeded >"$work/ct_log" 2>&1 || status=$?
    cat "$work/ct_log"
    echo "exit status $status"
    [[ $status == 42 ]] && grep -q "look_up" "$work/ct_log" &&
        grep -q "equal_early_exit" "$work/ct_log"
}

if have "clang" clang; then
    step "clang" build_and_run clang clang
    step "clang, address and undefined" build_and_run clang_san clang \
        -fsanitize=address,undefined -fno-sanitize-recover=all
fi
if have "gcc" gcc; then
    step "gcc" build_and_run gcc gcc -pedantic
fi
if have "x86-64 without AES-NI" gcc qemu-x86_64 && [[ $(uname -m) == x86_64 ]]; then
    step "x86-64 without AES-NI" qemu-x86_64 -cpu Nehalem-v1 "$work/gcc" portable
fi
if have "arm64" aarch64-linux-gnu-gcc qemu-aarch64; then
    step "arm64 build" build_arm64
    step "arm64 with AES" qemu-aarch64 -cpu max "$work/arm64" armv8
    # Only some versions of the emulator have a processor without the instructions.
    if qemu-aarch64 -cpu max,aes=off "$work/arm64" portable 2>&1 | grep -q "best path"; then
        step "arm64 without AES" qemu-aarch64 -cpu max,aes=off "$work/arm64" portable
    else
        echo "SKIP arm64 without AES: this qemu-aarch64 has no such processor"
    fi
fi
if have "constant time" clang valgrind; then
    step "constant time build" build_ct_check
    step "constant time" ct_check_is_clean
    step "constant time, seeded leak is reported" ct_check_reports_leak
fi
exit "$failed"
