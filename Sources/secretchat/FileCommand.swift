import ArgumentParser
import Foundation
import SecretChatCrypto

/// `secretchat file`: encrypts and decrypts files as they travel in secret chats.
struct FileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file", abstract: "Encrypt or decrypt a file of a secret chat.",
        subcommands: [Encrypt.self, Decrypt.self])

    struct Encrypt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Encrypt a file under a fresh key of its own.",
            discussion: """
                Key, iv, size and fingerprint are written to a file beside the result, readable \
                by the user alone; `file decrypt` reads it. Whoever has it can read the file.
                """)

        @Argument(help: "The file to encrypt.")
        var input: String

        @Argument(help: "The encrypted file.")
        var output: String

        @Option(
            help: ArgumentHelp(
                "Where key and iv go; by default the name of the result with .key added.",
                valueName: "file"))
        var secret: String?

        func run() throws {
            let source = try FilePieces(input)
            guard source.size > 0 else {
                throw ToolError("\(input) is empty: files of 0 bytes cannot be sent")
            }
            let secretPath = secret ?? output + ".key"
            for path in [output, secretPath] where FileManager.default.fileExists(atPath: path) {
                throw ToolError(
                    "\(path) exists: choose another name, or move it away first; what it holds "
                        + "could be the only key or the only copy of something")
            }
            var generator = try Randomness.generator()
            let key = try FileKey(randomness: &generator)
            let secretText = try FileSecret.text(of: key, size: source.size)
            let fingerprint = key.fingerprint
            let target = try OutputFile(output)
            try Self.encrypt(source, FileEncryptor(key), &generator, to: target)
            let secretFile = try OutputFile(secretPath, isPrivate: true)
            try secretFile.write(secretText.bytes)
            try secretFile.commit()
            do {
                try target.commit()
            } catch {
                unsafe unlink(secretPath)
                throw error
            }
            Self.describe(size: source.size, fingerprint: fingerprint)
        }

        private static func encrypt(
            _ source: FilePieces, _ encryptor: consuming FileEncryptor,
            _ generator: inout Generator, to target: OutputFile
        ) throws {
            try encryptPieces(source, &encryptor, to: target)
            let last = try finish(encryptor, &generator)
            try target.write(last.bytes)
        }

        private static func encryptPieces(
            _ source: FilePieces, _ encryptor: inout FileEncryptor, to target: OutputFile
        ) throws {
            var progress = ProgressBar("encrypting", total: source.size)
            defer { progress.end() }
            let input = source.buffer
            let output = try SecretBuffer(count: FilePieces.pieceSize + 16)
            while case let count = try source.next(), count > 0 {
                var room = output.mutableBytes
                let piece = input.bytes.extracting(0..<count)
                let written = try encryptor.encrypt(piece, into: &room)
                try target.write(output.bytes.extracting(0..<written))
                progress.show(encryptor.offset)
            }
            try source.checkWholeWasRead()
        }

        private static func finish(
            _ encryptor: consuming FileEncryptor, _ generator: inout Generator
        ) throws -> SecretBuffer {
            let last = try SecretBuffer(count: 16)
            var span = last.mutableBytes
            let written = try encryptor.finish(randomness: &generator, into: &span)
            return try last.part(0..<written)
        }

        private static func describe(size: Int, fingerprint: Int32) {
            print("size         \(size) bytes")
            print("fingerprint  \(fingerprint)")
            do {
                let plan = try UploadPlan(plainSize: size)
                print("encrypted    \(plan.encryptedSize) bytes")
                print(
                    "upload       \(plan.partCount) parts of \(plan.partSize) bytes, the last "
                        + "\(plan.lastPartSize), \(plan.isBig ? "as a big file" : "as a small file")"
                )
            } catch {
                print("upload       too large for the server")
            }
        }
    }
    struct Decrypt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decrypt a file.",
            discussion: """
                A wrong size is always found, a wrong key where the fingerprint is known. Other \
                damage cannot be found: files carry no authentication, so whoever held the \
                file may have changed it. Treat the result like anything from a stranger.
                """)

        @Argument(help: "The encrypted file.")
        var input: String

        @Argument(help: "The decrypted file.")
        var output: String

        @Option(
            help: ArgumentHelp(
                "What `file encrypt` wrote; by default the name of the input with .key added.",
                valueName: "file"))
        var secret: String?

        @Option(help: "Key of the file, 32 bytes: a file, - or hexadecimal digits.")
        var key: String?

        @Option(help: "iv of the file, 32 bytes: a file, - or hexadecimal digits.")
        var iv: String?

        @Option(help: "Size of the decrypted file in bytes, as the message names it.")
        var size: Int?

        @Option(
            parsing: .unconditional,
            help: "Fingerprint of the file key, as the server names it; may be negative.")
        var fingerprint: Int32?

        func validate() throws {
            guard (key == nil) == (iv == nil), key == nil || size != nil else {
                throw ValidationError("--key, --iv and --size belong together")
            }
            guard key == nil || secret == nil else {
                throw ValidationError("give either --secret or --key, --iv and --size")
            }
        }

        func run() throws {
            let secret = try loadSecret()
            let source = try FilePieces(input)
            let target = try OutputFile(output)
            do {
                let decryptor = try FileDecryptor(
                    FileKey(key: secret.key.bytes, iv: secret.iv.bytes),
                    plainSize: secret.size, encryptedSize: source.size,
                    fingerprint: secret.fingerprint)
                try Self.decrypt(source, decryptor, to: target)
            } catch let error as FileCipherError {
                throw Self.explain(error)
            }
            try target.commit()
            let checked =
                secret.fingerprint == nil
                ? "The key was not checked: no fingerprint was given."
                : "The key fits the fingerprint."
            Console.error("\(checked) The content is not authenticated: damage cannot be found.")
        }

        private func loadSecret() throws -> FileSecret {
            if let key, let iv, let size {
                return FileSecret(
                    key: try Input.bytes(key, called: "--key", sizes: [FileKey.byteCount]),
                    iv: try Input.bytes(iv, called: "--iv", sizes: [FileKey.byteCount]),
                    size: size, fingerprint: fingerprint)
            }
            let loaded = try FileSecret(contentsOf: secret ?? input + ".key")
            return FileSecret(
                key: loaded.key, iv: loaded.iv, size: size ?? loaded.size,
                fingerprint: fingerprint ?? loaded.fingerprint)
        }

        private static func decrypt(
            _ source: FilePieces, _ decryptor: consuming FileDecryptor, to target: OutputFile
        ) throws {
            try decryptPieces(source, &decryptor, to: target)
            try decryptor.finish()
        }

        private static func decryptPieces(
            _ source: FilePieces, _ decryptor: inout FileDecryptor, to target: OutputFile
        ) throws {
            var progress = ProgressBar("decrypting", total: source.size)
            defer { progress.end() }
            let input = source.buffer
            let output = try SecretBuffer(count: FilePieces.pieceSize + 16)
            while case let count = try source.next(), count > 0 {
                var room = output.mutableBytes
                let piece = input.bytes.extracting(0..<count)
                let written = try decryptor.decrypt(piece, into: &room)
                try target.write(output.bytes.extracting(0..<written.foreignValue))
                progress.show(decryptor.offset)
            }
        }

        private static func explain(_ error: FileCipherError) -> ToolError {
            switch error {
            case .empty:
                ToolError("a file of 0 bytes cannot be in a secret chat; check --size")
            case .size(let plain, let encrypted):
                ToolError(
                    "the encrypted file has \(encrypted) bytes and does not belong to a file of "
                        + "\(plain) bytes, which fills whole blocks of 16. "
                        + "It was cut or is another file, or --size is wrong")
            case .fingerprint:
                ToolError("the key does not fit the fingerprint: it belongs to another file")
            case .bufferTooSmall, .parameter, .memoryExhausted:
                ToolError("the file cannot be decrypted: \(error)")
            }
        }
    }
}
