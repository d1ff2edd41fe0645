#!/usr/bin/env bash
# Shows that each target can find something: puts one bug after another into a copy of the project and
# fuzzes until it is found. A target that finds nothing in two minutes fails. Takes some minutes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q "$root" "$work/copy"

# bug NAME TARGET FILE SED-SCRIPT
bug() {
    local name=$1 target=$2 file=$work/copy/$3
    git -C "$work/copy" checkout -q .
    rm -rf "$work/copy/Fuzz/Work"
    sed -i "$4" "$file"
    if git -C "$work/copy" diff --quiet; then
        echo "seeded: the bug '$name' does not change $3 any more" >&2
        exit 1
    fi
    if FUZZ_SCRATCH=$work/build "$work/copy/Fuzz/run.sh" "$target" 120 >"$work/log" 2>&1; then
        echo "seeded: $target did not find '$name'" >&2
        exit 1
    fi
    if ! grep -qE 'violation:|AddressSanitizer' "$work/log"; then
        tail -n 20 "$work/log" >&2
        exit 1
    fi
    echo "$target found: $name"
}

crypto=Sources/SecretChatCrypto
wire=Sources/SecretChatWire
bug "8 bytes of padding are enough" packet-open "$crypto/Packet.swift" \
    's/padding &- Int64(Padding.allowed.lowerBound)/padding \&- 8/'
bug "plaintext stays after a rejection" packet-open "$crypto/Packet.swift" \
    's/unsafe sck_wipe(plaintext, byteCount)/_ = unsafe plaintext/'
bug "a block that is not full is processed" file-open "$crypto/FileStream.swift" \
    's/guard waitingCount == IGE.blockSize else/guard waitingCount >= IGE.blockSize - 1 else/'
bug "the chaining value of another place" file-open "$crypto/FileStream.swift" \
    's/start: base + Self.chainPlace, count: FileKey.byteCount))/start: base, count: FileKey.byteCount))/'
bug "a count that the rest cannot hold" tl-decode "$wire/Reader.swift" \
    's|count <= (end - position) / elementSizeMin|count <= (end - position) / 4 + 1|'
bug "a sign that is lost" tl-decode "$wire/Generated/DecryptedMessageMedia.swift" \
    's/thumbW = reader.int()/thumbW = reader.int() \& 0x7FFFFFFF/'
chat=Sources/SecretChat
order=Sources/SecretChatConversation
bug "a packet that waits is processed twice" engine-events "$order/HoldingPen.swift" \
    's/let message = parked.remove(at: place(of: index))/let message = parked[place(of: index)]/'
bug "a deleted text is sent as it was" engine-events "$chat/Chat+Sending.swift" \
    's/if !entry.isSettled { emitSend(entry.index, &turn) }//'
bug "a count of received messages that cannot be" records-resume "$order/Outbox.swift" \
    's/counts.contains(entry.receivedCount)/true/'
bug "a name that is never written again" records-resume "$chat/SecretChatEngine+Resume.swift" \
    's/case .chat where name.number != 0, .progress where name.number != 0: throw .malformed//'
bug "a clock that was set back stretches a life" timers "$order/LifeClock.swift" \
    's/let latest = max(wall, latestWall)/let latest = wall/'
bug "the clock of lives is not stored" timers "$chat/SecretChatEngine+Lives.swift" \
    's/if lived - stored.lived >= granularity { isChanged = true }//'
bug "a resume shows what is over" timers "$order/SelfDestruct.swift" \
    's/return until <= lived ||/return until < lived - 5000 ||/'
bug "the old key goes although a number of it may be rewritten" rekey-events "$order/Rekeying.swift" \
    's/return counts.isProved \&\& around.isQuiet \&\& around.acknowledgedCount >= oldKey.ownEnd/return counts.isProved \&\& around.isQuiet \&\& oldKey.ownEnd >= 0/'
bug "both requests that cross win" rekey-events "$order/Rekeying.swift" \
    's/case .requested(let own, _, _) where own > exchangeID: return false/case .requested(let own, _, _) where own < exchangeID: return false/'
bug "a repeat proves that the key was changed" rekey-events "$order/Rekeying.swift" \
    's/index.value >= oldKey.peerEnd, !isAsked {/index.value >= oldKey.peerEnd {/'
bug "the text of a message is that of another field" abi-calls Sources/SecretChatABI/MessageIn.swift \
    's/message.text = try unsafe stage(text: given.text)/message.text = try unsafe stage(text: given.via_bot_name)/'
bug "a struct is read a byte too far" abi-calls Sources/CSecretChatHandles/structs.c \
    's/place < host_size; place++/place <= host_size; place++/'
