/// What a scenario cannot know in advance, because the endpoint draws it: words that begin with `$`.
struct ScenarioVariables {
    var keys: ScenarioKeys
    /// The exchange that the endpoint asked for last.
    var exchange: Int64?
    /// Names of messages, by the place of the endpoint's message that bears them.
    var randomIDs: [Int: Int64] = [:]

    /// The value with all words replaced.
    mutating func resolve(_ value: JSON) throws(Malformed) -> JSON {
        switch value {
        case .string(let text) where text.hasPrefix("$") && value != Pattern.anything:
            return .string(try word(text))
        case .array(let elements):
            var result: [JSON] = []
            for element in elements { result.append(try resolve(element)) }
            return .array(result)
        case .object(let fields):
            var result: [String: JSON] = [:]
            for (name, inner) in fields { result[name] = try resolve(inner) }
            return .object(result)
        default: return value
        }
    }

    private mutating func word(_ text: String) throws(Malformed) -> String {
        let parts = text.split(separator: " ").map(String.init)
        let label = parts.count > 1 ? parts[1] : "0"
        switch parts[0] {
        case "$g_a", "$g_b", "$own_public":
            guard let index = Int(label), keys.ownValues.indices.contains(index) else {
                throw Malformed("the endpoint has sent no public value \(label)")
            }
            return Hex.text(keys.ownValues[index])
        case "$own_value":
            guard let value = keys.ownValues.last else {
                throw Malformed("the endpoint has sent no public value")
            }
            return Hex.text(value)
        case "$peer_public": return Hex.text(try keys.peerValue(label))
        case "$fingerprint": return String(try keys.key(label).fingerprint)
        case "$wrong_fingerprint": return String(try keys.key(label).fingerprint ^ 1)
        case "$exchange":
            guard let exchange else { throw Malformed("the endpoint has asked for no new key") }
            return String(exchange)
        case "$random_id":
            guard let id = Int(label).flatMap({ randomIDs[$0] }) else {
                throw Malformed("the endpoint has sent no message \(label)")
            }
            return String(id)
        default: throw Malformed("there is no word \(text)")
        }
    }
}
