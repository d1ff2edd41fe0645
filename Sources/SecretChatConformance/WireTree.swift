import SecretChatWire
import TLSchema

/// A payload in the wire view, as a tree: what the first decoder read, in the form of the second.
struct WireTree {
    /// The tree. Behind a stop it holds zeros.
    let tree: JSON?
    let stop: TreeReader.Stop?
    /// What is written when the values are written again.
    let rewritten: [UInt8]

    init(_ payload: [UInt8]) throws(Malformed) {
        var arena = Arena()
        guard let slice = unsafe arena.append(payload.span.bytes) else {
            throw Malformed("the payload has \(payload.count) bytes, too many to be read")
        }
        let decoded = DecodedPayload(slice, in: arena)
        stop = decoded.stop.map { stop in
            switch stop.reason {
            case .constructor(let id): TreeReader.Stop(constructor: id, offset: stop.offset)
            case .malformed: TreeReader.Stop(constructor: nil, offset: stop.offset)
            }
        }
        var renderer = WireRenderer(arena)
        tree = renderer.tree(decoded.object)
        rewritten = renderer.rewritten(decoded)
    }
}

/// Looks into the generated types by reflection: the names of their fields are those of the schema.
private struct WireRenderer: ~Copyable {
    private var arena: Arena

    init(_ arena: consuming Arena) {
        self.arena = arena
    }

    mutating func rewritten(_ decoded: DecodedPayload) -> [UInt8] {
        bytes(decoded.write(to: &arena))
    }

    /// Nothing for an object that was not read.
    mutating func tree(_ object: any TLObject) -> JSON? {
        let start = arena.count
        object.write(to: &arena)
        guard arena.count > start,
            let constructor = Schema.secret.constructor(
                id: LittleEndian.uint32(bytes(Slice(offset: start, count: 4))))
        else { return nil }
        arena.truncate(to: start)
        var tree: [String: JSON] = [
            "_": .string(constructor.name), "_id": .string(constructor.hexID),
        ]
        let fields = Dictionary(
            uniqueKeysWithValues: Self.fields(of: object).map { ($0.label ?? "", $0.value) })
        for field in constructor.fields where field.type != .true {
            tree[field.name] = fields[field.swiftName].flatMap { value($0) }
        }
        if case .integer(let flags)? = tree["flags"] {
            for field in constructor.fields where field.type == .true {
                if flags & 1 << Int64(field.flag ?? 0) != 0 { tree[field.name] = .bool(true) }
            }
        }
        return .object(tree)
    }

    /// The properties of the struct that the case of an enum carries.
    private static func fields(of object: any TLObject) -> Mirror.Children {
        let mirror = Mirror(reflecting: object)
        guard mirror.displayStyle == .enum, let payload = mirror.children.first?.value else {
            return mirror.displayStyle == .enum ? .init([]) : mirror.children
        }
        return Mirror(reflecting: payload).children
    }

    private mutating func value(_ value: Any) -> JSON? {
        switch value {
        case let number as Int32: return .integer(Int64(number))
        case let number as UInt32: return .integer(Int64(number))
        case let number as Int64: return .string(String(number))
        case let number as TLDouble:
            return .object(["_double": .string(TreeReader.hex(number.bits, digits: 16))])
        case let string as TLBytes:
            return .object(["_bytes": .string(Hex.text(bytes(string.content)))])
        case let vector as any RenderedVector:
            return .array(vector.elements(in: arena).compactMap { self.value($0) })
        case let object as any TLObject: return tree(object)
        default:
            // An optional field.
            let mirror = Mirror(reflecting: value)
            return mirror.children.first.flatMap { self.value($0.value) }
        }
    }

    private func bytes(_ slice: Slice) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }
}

/// A vector of any element.
private protocol RenderedVector {
    func elements(in arena: borrowing Arena) -> [any TLObject]
}

extension TLVector: RenderedVector {
    fileprivate func elements(in arena: borrowing Arena) -> [any TLObject] {
        var elements: [any TLObject] = []
        forEach(in: arena) { elements.append($0) }
        return elements
    }
}
