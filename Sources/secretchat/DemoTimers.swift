import SecretChat
import SecretChatConversation

/// What goes by itself, and what goes although a program dies.
extension DemoMessages {
    /// A text with a timer goes on both sides, and nobody says a word about it.
    mutating func expire() throws {
        DemoCommand.heading("A timer: a text that goes by itself")
        let (chat, ann, ben) = (server.chat, server.ann, server.ben)
        try ann.handle { _ in .timerRequested(chat, seconds: 30) }
        try server.run()
        let name = try plain("The key lies under the mat.")
        DemoCommand.device("Ben", "has it on the screen")
        try ben.handle { _ in .messagesDisplayed(chat, randomIDs: [name]) }
        let date = server.date
        try ben.handle { _ in .historyRead(chat, maxDate: date) }
        try server.run()

        let carried = server.carriedCount
        DemoCommand.device("Ben", "sets his clock back by a day: the machine's own clock counts")
        ben.now.wallMilliseconds -= 86_400_000
        try server.pass(milliseconds: 29_999)
        for host in [ann, ben] where !host.rows.contains(name) {
            throw ToolError(
                "a message went before its time at \(host.name): this is a defect, please report it"
            )
        }
        DemoCommand.device("both", "30 seconds later")
        try server.pass(milliseconds: 1)
        for host in [ann, ben] where host.rows.contains(name) {
            throw ToolError(
                "a message did not go in its time at \(host.name): this is a defect, please report "
                    + "it")
        }
        guard server.carriedCount == carried else {
            throw ToolError("a life was ended by a packet: this is a defect, please report it")
        }
        print("   Nothing was sent about it: each device counted for its own copy.")
        ben.now.wallMilliseconds += 86_400_000
        try ben.handle { _ in .timerRequested(chat, seconds: 0) }
        try server.run()
    }

    /// A deletion whose program dies before everything is destroyed.
    mutating func deleteAcrossCrash() throws {
        DemoCommand.heading("A deletion, and a crash before it is done")
        let (chat, ann, ben) = (server.chat, server.ann, server.ben)
        let name = try plain("Forget what I said.")
        ann.confirmsDestroyed = false
        try ann.handle { _ in .deleteRequested(chat, randomIDs: [name]) }
        ann.confirmsDestroyed = true
        DemoCommand.device("Ann", "crashes before she confirms it, and resumes")
        let open = try ann.crash()
        guard ann.toldAgain == [name], open > 0 else {
            throw ToolError("a deletion was forgotten: this is a defect, please report it")
        }
        DemoCommand.device(
            "Ann", "was told again, and confirms that the message and its files are gone")
        try server.run()
        for host in [ann, ben] where host.rows.contains(name) {
            throw ToolError(
                "a deletion did not reach \(host.name): this is a defect, please report it")
        }
        _ = try ann.crash()
        try server.run()
        guard ann.toldAgain.isEmpty else {
            throw ToolError(
                "what was confirmed was told again: this is a defect, please report it")
        }
        DemoCommand.device("Ann", "restarts once more, and is told nothing")
    }
}
