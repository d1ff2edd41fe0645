/// The second decoder as a judge of the first one, for fuzzing.
public enum PayloadOracle {
    /// What is wrong with how a payload is read and written again; nothing if all is well. Both
    /// decoders must stop at the same place for the same reason, agree about every value before it,
    /// and the payload must come back as it was. (TL-4, TL-6, TL-7)
    public static func complaint(about payload: [UInt8]) -> String? {
        guard let wire = try? WireTree(payload) else { return "the arena has no room for it" }
        let table = TreeReader.read(payload)
        if wire.stop != table.stop {
            return "stops at \(text(wire.stop)), by table at \(text(table.stop))"
        }
        if wire.rewritten != payload { return "written again as \(Hex.text(wire.rewritten))" }
        let isSame =
            table.stop == nil
            ? wire.tree == table.tree : (wire.tree ?? .null).holds(table.tree ?? .null)
        if !isSame {
            return "read as \(wire.tree?.document ?? "nothing"), by table as "
                + (table.tree?.document ?? "nothing")
        }
        guard table.stop == nil, let tree = table.tree else { return nil }
        guard let written = try? TreeWriter.write(tree) else { return "the tree is not written" }
        return TreeReader.read(written).tree == tree ? nil : "the tree does not come back"
    }

    private static func text(_ stop: TreeReader.Stop?) -> String {
        stop.map { "\($0.offset) (\($0.constructor.map { String($0, radix: 16) } ?? "malformed"))" }
            ?? "nothing"
    }
}
