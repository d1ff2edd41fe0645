internal import SecretChat
internal import SecretChatCrypto

/// A text that a side wrote.
struct SentText {
    /// Its place among the side's messages; -1 until it is known.
    var number: Int32
    let text: [UInt8]
    /// The packet that it was made into.
    var packet: [UInt8] = []
    /// It was deleted or refused, so that the peer need not get it.
    var mayMiss = false
    /// Its packet must not be asked for any more. (DEL-1)
    var isGone = false
    /// The server refused it; the side still shows it.
    var hasFailed = false
}

/// A packet on its way, and what the courier may know of it: whoever judges must be able to say what should become
/// of it without opening it.
struct Parcel {
    let bytes: [UInt8]
    /// Its place among the messages of its sender.
    let number: Int32

    /// The name of the key that it was made with.
    var keyName: Int64? { bytes.keyName }
}

extension [UInt8] {
    /// The name of the key in the first eight bytes of a packet. (PKT-9)
    var keyName: Int64? { unsafe KeyFingerprint(packet: span.bytes)?.value }
}

/// One side of a chat, as the courier and the oracle see it.
class Side {
    let name: String
    let judge: Judge
    private(set) weak var peer: Side?
    /// Packets on their way to this side.
    var flying: [Parcel] = []
    /// Some that were on their way once.
    private(set) var carried: [Parcel] = []
    /// Own texts.
    var sent: [Int64: SentText] = [:]
    /// How many texts of the peer were shown.
    private(set) var deliveredCount = 0
    private(set) var delivered: Set<Int64> = []
    private var lastNumber: Int32 = -1
    private var textCount: Int64 = 0
    /// How often a packet left again because the peer asked.
    var repeatCount = 0

    init(_ name: String, judge: Judge) {
        self.name = name
        self.judge = judge
    }

    /// The two sides of a chat know each other.
    func meet(_ other: Side) {
        peer = other
        other.peer = self
    }

    /// A packet is on its way to the peer.
    func launch(_ packet: [UInt8], number: Int32) {
        guard let peer else { return }
        let parcel = Parcel(bytes: packet, number: number)
        peer.flying.append(parcel)
        if peer.carried.count == 64 { peer.carried.removeFirst(32) }
        peer.carried.append(parcel)
    }

    /// A text of the peer is shown: it was sent, it is the next one, and it is shown once.
    func show(_ randomID: Int64, _ text: [UInt8], number: Int32) {
        guard let original = peer?.sent[randomID] else {
            fail("a text that nobody sent")
            return
        }
        require(original.text == text, "a text changed")
        require(original.number == number, "text \(original.number) at the place \(number)")
        require(lastNumber < number, "text \(number) after \(lastNumber)")
        lastNumber = number
        delivered.insert(randomID)
        deliveredCount += 1
    }

    /// The name and bytes of the next text; they begin with what no record may show.
    func nextText(_ choice: Int) -> (name: Int64, text: [UInt8]) {
        textCount += 1
        let name = textCount << 8 | Int64(self.name.utf8.count)
        let more = [UInt8](repeating: UInt8(0x61 + choice % 26), count: choice * (choice & 7))
        return (name, Self.canary + Array("\(textCount)".utf8) + more)
    }

    static let canary = Array("simulated words: ".utf8)

    /// Everything that was sent and not taken back is at the peer.
    var isComplete: Bool {
        guard let peer else { return true }
        return sent.allSatisfy { $0.value.mayMiss || peer.delivered.contains($0.key) }
    }

    func require(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fail(message()) }
    }

    func fail(_ message: String) {
        judge.fail("\(name): \(message)")
    }
}
