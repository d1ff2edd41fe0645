/// The beginning of a payload: the wrapper that carries the layer and the sequence numbers.
struct LayerPrefix: Equatable {
    let randomBytes: [UInt8]
    let layer: Int64
    let inSequenceNumber: Int64
    let outSequenceNumber: Int64

    /// Nothing if the payload begins with something else or ends too early.
    init?(_ payload: [UInt8]) {
        let tree = TreeReader.read(payload).tree
        guard let tree, let random = try? tree["random_bytes"]?.bytes("_bytes"),
            let layer = tree["layer"]?.integer, let inNumber = tree["in_seq_no"]?.integer,
            let outNumber = tree["out_seq_no"]?.integer
        else { return nil }
        randomBytes = random
        self.layer = layer
        inSequenceNumber = inNumber
        outSequenceNumber = outNumber
    }
}
