/// The beginning of a payload: the wrapper that carries the layer and the sequence numbers.
///
/// `decryptedMessageLayer#1be31789 random_bytes:bytes layer:int in_seq_no:int out_seq_no:int`
struct LayerPrefix: Equatable {
    let randomBytes: [UInt8]
    let layer: Int64
    let inSequenceNumber: Int64
    let outSequenceNumber: Int64

    /// Nothing if the payload begins with something else or ends too early.
    init?(_ payload: [UInt8]) {
        guard payload.count >= 8, LittleEndian.uint32(payload) == 0x1BE3_1789 else { return nil }
        var length = Int(payload[4])
        var start = 5
        if length == 254 {
            length = Int(LittleEndian.uint32(payload[4...]) >> 8)
            start = 8
        } else if length == 255 {
            return nil
        }
        // A byte string is filled up to a multiple of four.
        let end = (start + length + 3) / 4 * 4
        guard payload.count >= end + 12 else { return nil }
        let number = { (place: Int) in
            Int64(Int32(bitPattern: LittleEndian.uint32(payload[(end + place)...])))
        }
        randomBytes = Array(payload[start..<(start + length)])
        layer = number(0)
        inSequenceNumber = number(4)
        outSequenceNumber = number(8)
    }
}
