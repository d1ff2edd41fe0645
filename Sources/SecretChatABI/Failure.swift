internal import CSecretChat
internal import SecretChat
internal import SecretChatCrypto

/// Why a function of the C interface fails: one of its codes. (ABI-9)
struct Failure: Error {
    let status: sc_status

    init(_ code: Int) {
        status = sc_status(truncatingIfNeeded: code)
    }

    init(_ misuse: Misuse) {
        switch misuse {
        case .turnNotCommitted: self.init(SC_MISUSE_ORDER)
        case .unknownChat: self.init(SC_MISUSE_UNKNOWN_CHAT)
        case .chatIDTaken: self.init(SC_MISUSE_CHAT_ID_TAKEN)
        case .wrongState: self.init(SC_MISUSE_WRONG_STATE)
        case .randomID: self.init(SC_MISUSE_RANDOM_ID)
        case .backpressure: self.init(SC_MISUSE_BACKPRESSURE)
        case .arena: self.init(SC_MISUSE_SIZE)
        case .memory: self.init(SC_NO_MEMORY)
        case .message(let code): self.init(Self.message(code))
        }
    }

    init(_ corruption: Corruption) {
        switch corruption {
        case .notGenuine: self.init(SC_CORRUPTION_NOT_GENUINE)
        case .version: self.init(SC_CORRUPTION_VERSION)
        case .malformed: self.init(SC_CORRUPTION_MALFORMED)
        case .missing: self.init(SC_CORRUPTION_MISSING)
        case .rolledBack: self.init(SC_CORRUPTION_ROLLED_BACK)
        case .memory: self.init(SC_NO_MEMORY)
        }
    }

    init(_ error: FileCipherError) {
        switch error {
        case .empty: self.init(SC_FILE_EMPTY)
        case .size: self.init(SC_FILE_SIZE)
        case .fingerprint: self.init(SC_FILE_FINGERPRINT)
        case .bufferTooSmall: self.init(SC_MISUSE_BUFFER)
        case .parameter: self.init(SC_MISUSE_ARGUMENT)
        case .memoryExhausted: self.init(SC_NO_MEMORY)
        }
    }

    init(_ error: UploadPlanError) {
        switch error {
        case .empty: self.init(SC_FILE_EMPTY)
        case .tooLarge: self.init(SC_FILE_TOO_LARGE)
        }
    }

    /// A seed or a key of the right size can only lack memory.
    init(_: SecretMemoryError) {
        self.init(SC_NO_MEMORY)
    }
}

extension Failure {
    /// What is wrong with a message, by the number that `Misuse` carries.
    private static func message(_ code: Int32) -> Int {
        switch code {
        case 0: SC_MESSAGE_TEXT
        case 1: SC_MESSAGE_FILE_KEY
        case 2: SC_MESSAGE_FILE_EMPTY
        case 3: SC_MESSAGE_FILE_TOO_LARGE
        default: SC_MESSAGE_TOO_LONG
        }
    }
}

/// The status of a body that may fail.
func status(_ body: () throws(Failure) -> Void) -> sc_status {
    do throws(Failure) {
        try body()
        return sc_status(SC_OK)
    } catch {
        return error.status
    }
}
