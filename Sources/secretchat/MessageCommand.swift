import ArgumentParser
import Foundation
import SecretChatConformance

/// `secretchat tl`: serialized messages, read and made by hand.
struct MessageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tl", abstract: "Decode or encode one serialized message.",
        subcommands: [Decode.self, Encode.self])

    struct Decode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a payload with the lines of the schema.",
            discussion: """
                The payload is what `packet open` prints. What cannot be read ends the reading: \
                everything before it is shown, and the exit code is 1.
                """)

        @Flag(help: "JSON that `tl encode` reads.")
        var json = false

        @Argument(help: "The payload: a file, - or hexadecimal digits.")
        var payload: String

        func run() throws {
            let payload = try Input.bytes(self.payload, called: "PAYLOAD")
            let bytes = payload.publicCopy
            let json = PayloadText.json(bytes)
            if self.json {
                guard let json else {
                    throw ToolError(
                        "the payload cannot be read to its end; without --json it is shown as far "
                            + "as it goes")
                }
                print(json)
                return
            }
            for line in PayloadText.describe(bytes) { print(line) }
            if json == nil { throw ExitCode.failure }
        }
    }

    struct Encode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a payload from JSON.",
            discussion: """
                Objects name their constructor in "_", and in "_id" where older layers have one of \
                the same name. Bytes are {"_bytes": "00ff"}, texts strings, 64-bit numbers \
                strings. Flags follow from what is there if they are not given.
                """)

        @Option(help: ArgumentHelp("Write the payload raw to a file.", valueName: "file"))
        var out: String?

        @Argument(help: "The JSON document: a file or -.")
        var document: String

        func run() throws {
            let source =
                document == "-" ? FileHandle.standardInput.readDataToEndOfFile() : try read()
            do {
                let payload = try PayloadText.encode(json: source)
                try PacketCommand.deliver(unsafe payload.span.bytes, to: out)
            } catch let error as PayloadText.EncodingError {
                throw ToolError("the document does not describe a message: \(error)")
            }
        }

        private func read() throws -> Data {
            do {
                return try Data(contentsOf: URL(fileURLWithPath: document))
            } catch {
                throw ToolError("\(document) cannot be read: \(error.localizedDescription)")
            }
        }
    }
}
