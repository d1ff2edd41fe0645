import SecretChat

/// The questions to the server that are not answered, each under a number of its own.
struct PeerQuestions {
    /// What an answer is for.
    enum Purpose {
        /// The engine asked.
        case engine(RequestID)
        /// A part of a document was uploaded.
        case part(PeerUpload)
        /// A piece of a document was fetched.
        case piece(PeerDownload)
    }

    private var open: [Int64: Purpose] = [:]
    private var count: Int64 = 0
    /// Under which number a message was sent first: when it is sent in another form, or once more,
    /// it takes the place of that one.
    private var places: [RequestID: Int64] = [:]

    /// Takes a number for a question.
    mutating func add(_ purpose: Purpose) -> Int64 {
        count += 1
        open[count] = purpose
        return count
    }

    /// Takes a number for a message that keeps its place among the others; tells whose place it
    /// takes, if it was sent before.
    mutating func addOrdered(_ request: RequestID) -> (number: Int64, replaced: Int64?) {
        let replaced = places[request]
        if let replaced { open[replaced] = nil }
        let number = add(.engine(request))
        places[request] = number
        return (number, replaced)
    }

    /// What a number was asked for; nothing if nobody waits for the answer any more.
    mutating func take(_ number: Int64) -> Purpose? { open.removeValue(forKey: number) }

    /// The message has arrived: it will not be sent again.
    mutating func forgetPlace(of request: RequestID) { places[request] = nil }

    /// Nobody waits for anything. Numbers are not used again.
    mutating func forgetAll() {
        open = [:]
        places = [:]
    }
}
