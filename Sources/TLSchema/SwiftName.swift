extension Field {
    /// How generated code calls the field: `thumb_w` is `thumbW`, `random_id` is `randomID`.
    public var swiftName: String {
        let words = name.split(separator: "_").map(String.init)
        let rest = words.dropFirst().map { word in
            ["id": "ID", "ids": "IDs"][word] ?? word.prefix(1).uppercased() + word.dropFirst()
        }
        return (words.prefix(1) + rest).joined()
    }
}
