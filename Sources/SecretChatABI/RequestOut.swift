internal import CSecretChat
internal import SecretChat
internal import SecretChatWire

/// Requests as the host sees them. (ABI-6)
extension Views {
    mutating func show(
        _ request: Request, in shown: inout sc_request, _ arena: borrowing Arena
    ) {
        unsafe shown.id = sc_request_id(
            chat_id: request.id.chat.value, kind: UInt32(request.id.kind.rawValue),
            number: request.id.number)
        if let order = request.order {
            unsafe shown.order = order
            unsafe shown.flags = UInt32(SC_REQUEST_HAS_ORDER)
        }
        unsafe show(request.body, in: &shown, arena)
    }

    private mutating func show(
        _ body: Request.Body, in shown: inout sc_request, _ arena: borrowing Arena
    ) {
        let kind: Int
        switch body {
        case .getGroupParameters(let version, let randomSize):
            kind = SC_REQUEST_GET_GROUP_PARAMETERS
            unsafe shown.version = version
            unsafe shown.random_size = randomSize
        case .requestEncryption(let userID, let publicValue):
            kind = SC_REQUEST_ENCRYPTION
            unsafe shown.user_id = userID
            unsafe shown.random_id = unsafe Int64(shown.id.chat_id)
            unsafe shown.bytes = arena.view(publicValue)
        case .acceptEncryption(let accessHash, let publicValue, let fingerprint):
            kind = SC_REQUEST_ACCEPT
            unsafe shown.access_hash = accessHash
            unsafe shown.bytes = arena.view(publicValue)
            unsafe shown.key_fingerprint = fingerprint
        case .discardEncryption(let deletesHistory):
            kind = SC_REQUEST_DISCARD
            if deletesHistory { unsafe shown.flags |= UInt32(SC_REQUEST_DELETES_HISTORY) }
        case .sendEncrypted(let accessHash, let randomID, let packet, let isSilent, let file):
            kind = file == nil ? SC_REQUEST_SEND : SC_REQUEST_SEND_FILE
            unsafe shown.access_hash = accessHash
            unsafe shown.random_id = randomID
            unsafe shown.bytes = arena.view(packet)
            if isSilent { unsafe shown.flags |= UInt32(SC_REQUEST_IS_SILENT) }
            if let file { unsafe shown.input_file = view(file, in: arena) }
        case .sendEncryptedService(let accessHash, let randomID, let packet):
            kind = SC_REQUEST_SEND_SERVICE
            unsafe shown.access_hash = accessHash
            unsafe shown.random_id = randomID
            unsafe shown.bytes = arena.view(packet)
        case .readHistory(let accessHash, let maxDate):
            kind = SC_REQUEST_READ_HISTORY
            unsafe shown.access_hash = accessHash
            unsafe shown.max_date = maxDate
        case .setTyping(let accessHash, let isTyping):
            kind = SC_REQUEST_SET_TYPING
            unsafe shown.access_hash = accessHash
            if isTyping { unsafe shown.flags |= UInt32(SC_REQUEST_IS_ON) }
        }
        unsafe shown.kind = UInt32(kind)
    }

    private mutating func view(
        _ file: InputFile, in arena: borrowing Arena
    ) -> UnsafePointer<sc_input_file>? {
        var shown = unsafe sc_input_file()
        unsafe shown.struct_size = UInt32(MemoryLayout<sc_input_file>.stride)
        switch file {
        case .uploaded(let id, let partCount, let md5, let fingerprint):
            unsafe shown.kind = UInt32(SC_INPUT_FILE_UPLOADED)
            unsafe shown.id = id
            unsafe shown.part_count = partCount
            unsafe shown.md5 = arena.view(md5)
            unsafe shown.key_fingerprint = fingerprint
        case .uploadedBig(let id, let partCount, let fingerprint):
            unsafe shown.kind = UInt32(SC_INPUT_FILE_UPLOADED_BIG)
            unsafe shown.id = id
            unsafe shown.part_count = partCount
            unsafe shown.key_fingerprint = fingerprint
        case .existing(let id, let accessHash):
            unsafe shown.kind = UInt32(SC_INPUT_FILE_EXISTING)
            unsafe shown.id = id
            unsafe shown.access_hash = accessHash
        }
        return unsafe inputFile.keep(shown)
    }
}
