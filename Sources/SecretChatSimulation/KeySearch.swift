internal import SecretChat
internal import SecretChatCrypto
internal import SecretChatWire

/// Finds secrets of 256 bytes wherever 31 bytes of one lie together, as they are or turned round, which is how big
/// numbers are held.
public struct KeySearch {
    /// Every window begins at a multiple of this, and is as long.
    private static let windowSize = 16

    /// Where windows stand that begin with these bytes.
    private struct Window {
        let secret: Int
        let isTurned: Bool
        let offset: Int
        let bytes: [UInt8]
    }

    /// A place of a secret: where its first byte is, or would be.
    public struct Finding: Hashable {
        /// Which one.
        public let secret: Int
        /// Where it begins, in what was searched.
        public let place: Int
    }

    private var windows: [UInt64: [Window]] = [:]
    /// Which pairs of bytes a window begins with: nearly all of a memory is passed over by that.
    private var begins = [Bool](repeating: false, count: 1 << 16)

    /// These secrets, in this order.
    public init(_ secrets: [[UInt8]]) {
        for (number, secret) in secrets.enumerated() {
            for (isTurned, form) in [(false, secret), (true, secret.reversed())] {
                for offset in stride(from: 0, to: form.count, by: Self.windowSize) {
                    let bytes = Array(form[offset..<min(offset + Self.windowSize, form.count)])
                    guard bytes.count == Self.windowSize else { continue }
                    let first = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                    windows[first, default: []].append(
                        Window(
                            secret: number, isTurned: isTurned, offset: offset, bytes: bytes))
                    begins[Int(first & 0xFFFF)] = true
                }
            }
        }
    }

    /// The places of all secrets; several windows of one are one place.
    public func search(_ bytes: RawSpan) -> Set<Finding> {
        unsafe bytes.withUnsafeBytes { unsafe search($0) }
    }

    /// The places of all secrets; several windows of one are one place.
    public func search(_ bytes: UnsafeRawBufferPointer) -> Set<Finding> {
        var findings: Set<Finding> = []
        guard bytes.count >= Self.windowSize else { return findings }
        unsafe begins.withUnsafeBufferPointer { begins in
            for place in 0...(bytes.count - Self.windowSize) {
                let pair = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)
                guard unsafe begins[Int(UInt16(littleEndian: pair))] else { continue }
                let first = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                for window in windows[UInt64(littleEndian: first)] ?? []
                where unsafe bytes[place..<(place + Self.windowSize)].elementsEqual(window.bytes) {
                    findings.insert(
                        Finding(secret: window.secret, place: place - window.offset))
                }
            }
        }
        return findings
    }
}

extension AuthKey {
    /// A copy of the key of a simulated chat, which is no secret, to be looked for.
    var simulatedBytes: [UInt8] {
        withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
    }
}

/// Looks for keys and exponents in the records of a device: each that is held lies once in the record of its chat, and
/// no other one anywhere. (RKY-15, RKY-16)
final class KeyRecordSearch {
    private let names: [Int64]
    private let search: KeySearch
    private var opener = RecordOpener()

    /// These secrets, by their names.
    init(_ secrets: [Int64: [UInt8]]) {
        names = secrets.keys.sorted()
        search = KeySearch(names.map { secrets[$0] ?? [] })
    }

    /// What is wrong; nothing if all is as it should be.
    func complaint(about disk: [RecordName: [UInt8]], holding held: Set<Int64>) -> String? {
        var found: Set<Int64> = []
        for (name, sealed) in disk {
            guard let content = opener.open(name, sealed) else {
                return "a record cannot be looked into"
            }
            for finding in search.search(opener.arena.bytes(of: content)) {
                let secret = names[finding.secret]
                guard held.contains(secret) else {
                    return "an erased key or exponent lies in a record of kind \(name.kind)"
                }
                guard name.kind == .chat, found.insert(secret).inserted else {
                    return "a key lies twice in records, or in one of kind \(name.kind)"
                }
            }
        }
        return found == held ? nil : "a key that is held is in no record, or not found there"
    }
}
