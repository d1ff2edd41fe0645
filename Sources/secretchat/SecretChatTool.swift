import ArgumentParser

/// The command-line tool: shows the engine at work and checks recorded traffic.
@main
struct SecretChatTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secretchat",
        abstract: "Telegram secret chats: keys, pictures, packets and files, by hand.",
        discussion: """
            Bytes are given as hexadecimal digits, as the name of a file that holds them raw or as \
            digits, or as - for standard input. Arguments are visible to other users of the \
            machine: give real keys as files.

            The exit code is 0 on success, 1 when something was refused or failed, 64 when the \
            command line is wrong.
            """,
        version: version,
        subcommands: [
            DemoCommand.self, VerifyCommand.self, KeyCommand.self, PacketCommand.self,
            MessageCommand.self, FileCommand.self, PeerCommand.self,
            SimulateCommand.self, ConformCommand.self,
        ])

    private static let version = "0.1.0"

    /// As it names itself to other programs.
    static let nameAndVersion = "SecretChat \(version)"
}

/// What went wrong and what to do about it, for a person.
struct ToolError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
