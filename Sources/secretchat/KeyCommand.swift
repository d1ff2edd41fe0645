import ArgumentParser
import SecretChatCrypto

/// `secretchat key`: what two people compare.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Show the picture and the text form of a key.",
        discussion: """
            KEY is a key of 256 bytes or the 36-byte hash that is kept of the first key of a chat.
            Without options the picture is drawn on the terminal.
            """)

    @Argument(help: "Key (256 bytes) or hash (36 bytes): a file, - or hexadecimal digits.")
    var key: String

    @Option(help: ArgumentHelp("Write the picture as SVG.", valueName: "file"))
    var svg: String?

    @Option(help: ArgumentHelp("Write the picture as PNG.", valueName: "file"))
    var png: String?

    @Option(help: ArgumentHelp("Pixels of a cell in the PNG, 1 to 100.", valueName: "pixels"))
    var scale = 20

    @Flag(help: "Draw the 8 × 8 picture of clients before layer 46.")
    var legacy = false

    @Flag(inversion: .prefixedNo, help: "Colours on the terminal; by default if it is one.")
    var color: Bool?

    func validate() throws {
        guard (1...100).contains(scale) else {
            throw ValidationError("--scale must be between 1 and 100")
        }
    }

    func run() throws {
        let bytes = try Input.bytes(
            key, called: "KEY", sizes: [AuthKey.byteCount, KeyVisual.byteCount])
        let (visual, fingerprint) = try Self.visual(bytes)
        let picture = Picture(visual, isLegacy: legacy)
        if let svg {
            let file = try OutputFile(svg)
            try file.write(picture.svg)
            try file.commit()
        }
        if let png {
            let file = try OutputFile(png)
            let image = try picture.png(scale: scale)
            try file.write(unsafe image.span.bytes)
            try file.commit()
        }
        for line in picture.terminalLines(colours: color ?? Console.hasColours) { print(line) }
        print()
        print(String(decoding: visual.text, as: UTF8.self))
        print()
        print("hash         \(Hex.text(visual.hash))")
        if let fingerprint {
            print("fingerprint  \(Hex.text(fingerprint.wireBytes))  (\(fingerprint.value))")
        }
    }

    private static func visual(
        _ bytes: SecretBuffer
    ) throws -> (KeyVisual, KeyFingerprint?) {
        if let visual = KeyVisual(hash: bytes.bytes) { return (visual, nil) }
        let key = try AuthKey(copying: bytes.bytes)
        return (KeyVisual(of: key), key.fingerprint)
    }
}
