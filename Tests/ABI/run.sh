#!/usr/bin/env bash
# The C interface as its hosts see it: what is exported, what the header says, and the tests here as C and as C++,
# with the shared library and the archive, and with libraries that have AddressSanitizer and UndefinedBehavior-
# Sanitizer, and ThreadSanitizer. Ends with one line.
#
#     run.sh [--plain]      --plain: without the sanitizers
set -euo pipefail
cd "$(dirname "$0")/../.."

started=$SECONDS
abi=1
size_max=400000
out=.build/abi
include=Sources/CSecretChat/include
strict=(-Wall -Wextra -Werror -pedantic -g -D_GNU_SOURCE -pthread "-I$include")
tests=(layout calls media events endings restart stranger misuse structs contents threads easy views)
swift_lib=$(dirname "$(dirname "$(command -v swift)")")/lib/swift/linux
runs=0
mkdir -p "$out"

{ echo "SECRETCHAT_$abi { global:" && sed 's/$/;/' Support/symbols.txt && echo "local: *; };"; } >"$out/exports.map"

fail() {
    echo "abi: $1" >&2
    exit 1
}

# ---- Libraries with sanitizers, as Scripts/library builds the real one but without optimization: that takes half
# of the time and finds more.

sanitized() { # name, sanitizer of Swift, sanitizers of C
    local scratch=.build/abi-$1 folder
    swift build -c debug --target SecretChatABI --scratch-path "$scratch" \
        -Xswiftc -enable-experimental-feature -Xswiftc Embedded -Xswiftc -wmo -Xswiftc "-sanitize=$2" \
        -Xcc "-fsanitize=$3" -Xcc -fno-sanitize-recover=undefined -Xcc -O1
    local products objects=()
    products=$(swift build -c debug --scratch-path "$scratch" --show-bin-path)
    for folder in CSecretChat CSecretChatHandles CSecretChatKernels SecretChatCrypto SecretChatWire \
        SecretChatConversation SecretChat SecretChatABI; do
        while IFS= read -r object; do objects+=("$object"); done < <(find "$products/$folder.build" -name '*.o')
    done
    mkdir -p "$out/$1"
    clang -shared -fuse-ld=lld "-fsanitize=$3" -o "$out/$1/libsecretchat.so.$abi" "${objects[@]}" \
        -Wl,-soname,"libsecretchat.so.$abi" -Wl,--version-script="$out/exports.map" \
        -lcrypto -lsodium -lm
    ln -sf "libsecretchat.so.$abi" "$out/$1/libsecretchat.so"
}

# ---- One set of tests: compiled, linked to a library, run.

run_tests() { # name, library folder, compiler with flags
    local name=$1 library=$2 test failed=0
    shift 2
    mkdir -p "$out/$name"
    rm -f "$out/$name"/*.log
    for test in rig courier "${tests[@]}"; do
        "$@" "${strict[@]}" -c "Tests/ABI/$test.c" -o "$out/$name/$test.o"
    done
    for test in "${tests[@]}"; do
        local link=("${linker[@]}" "$out/$name/$test.o" "$out/$name/rig.o" "$out/$name/courier.o")
        if [ "$library" = archive ]; then
            link+=(.build/library/libsecretchat.a -lcrypto -lsodium -lm)
        else
            link+=("-L$library" -lsecretchat "-Wl,-rpath,$PWD/$library" -lcrypto -lsodium)
        fi
        "${link[@]}" -pthread -o "$out/$name/$test"
        if ! "$out/$name/$test" >"$out/$name/$test.log" 2>&1; then
            echo "=== $name: $test" >&2
            head -n 40 "$out/$name/$test.log" >&2
            failed=1
        fi
        runs=$((runs + 1))
    done
    [ "$failed" -eq 0 ] || fail "$name: tests failed"
    echo "abi: $name: $(cat "$out/$name"/*.log | awk '/ checks, 0 failed/ { sum += $2 } END { print sum }') checks"
}

builds=()
if [ "${1-}" != --plain ]; then
    sanitized address address address,undefined >"$out/address.log" 2>&1 &
    builds+=("$!:address")
    sanitized thread thread thread >"$out/thread.log" 2>&1 &
    builds+=("$!:thread")
fi
Scripts/library >"$out/library.log" 2>&1 || { tail -n 30 "$out/library.log" >&2; fail "the library"; }

# ---- What is exported and needed. spec("ABI-8")

library=.build/library/libsecretchat.so.$abi
Tests/ABI/snapshot.py --functions >"$out/header.txt"
nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort >"$out/exported.txt"
diff "$out/header.txt" "$out/exported.txt" >&2 || fail "the header and the library have other functions"
diff "$out/header.txt" Support/symbols.txt >&2 || fail "the header and Support/symbols.txt have other functions"
nm --defined-only --extern-only .build/library/libsecretchat.a | awk 'NF == 3 { print $3 }' |
    LC_ALL=C sort >"$out/archived.txt"
diff "$out/header.txt" "$out/archived.txt" >&2 || fail "the header and the archive have other functions"
readelf -d "$library" | grep NEEDED | sed 's/.*\[\(.*\)\]/\1/' | LC_ALL=C sort >"$out/needed.txt"
if grep -vE '^lib(c|m|crypto|sodium)\.so\.[0-9]+$' "$out/needed.txt" >&2; then
    fail "the library needs more than libc, libm, libcrypto and libsodium"
fi
readelf -d "$library" | grep -q "SONAME.*\[libsecretchat.so.$abi\]" || fail "another soname"
size=$(stat -c %s "$library")
[ "$size" -le "$size_max" ] || fail "the library has $size bytes, more than $size_max"
echo "abi: $(wc -l <"$out/exported.txt") functions, $size bytes, needs $(tr '\n' ' ' <"$out/needed.txt")"

# ---- What hosts were compiled for. spec("ABI-9")

Tests/ABI/snapshot.py

# ---- The example, with the line that stands in it.

gcc -std=c11 -Wall -Wextra -Werror -pedantic "-I$include" Examples/C/chat.c -o "$out/chat" \
    -L.build/library -lsecretchat "-Wl,-rpath,$PWD/.build/library"
"$out/chat" | diff Examples/expected/c.txt - >&2 || fail "the example says something else"

# ---- The tests

linker=(gcc)
run_tests c .build/library gcc -std=c11 -DRIG_PLAIN
run_tests archive archive gcc -std=c11 -DRIG_PLAIN
linker=(g++)
run_tests c++ .build/library g++ -x c++ -std=c++17 -DRIG_PLAIN

export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 TSAN_OPTIONS=halt_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
for build in "${builds[@]}"; do
    wait "${build%%:*}" || { tail -n 30 "$out/${build##*:}.log" >&2; fail "the library with ${build##*:}"; }
done
if [ "${#builds[@]}" -gt 0 ]; then
    linker=(clang -fuse-ld=lld -fsanitize=address,undefined)
    run_tests address "$out/address" clang -std=c11 -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
    "${linker[@]}" -std=c11 "-I$include" Examples/C/chat.c -o "$out/address/chat" "-L$out/address" -lsecretchat \
        "-Wl,-rpath,$PWD/$out/address"
    "$out/address/chat" | diff Examples/expected/c.txt - >&2 || fail "address: the example says something else"
    # The runtime of this one wants two libraries of Swift.
    linker=(clang -fuse-ld=lld -fsanitize=thread "-L$swift_lib" -ldispatch -lBlocksRuntime "-Wl,-rpath,$swift_lib")
    tests=(threads events)
    run_tests thread "$out/thread" clang -std=c11 -O1 -fsanitize=thread
fi

echo "abi: $(wc -l <"$out/exported.txt") functions, ${#builds[@]} sanitized libraries, $runs test runs," \
    "$size bytes, $((SECONDS - started)) s"
