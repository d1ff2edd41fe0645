public import CSecretChat
internal import SecretChatCrypto

/// As the header says.
@c @implementation
public func sc_visual_cells(
    _ visual: UnsafePointer<UInt8>?, _ cells: UnsafeMutablePointer<UInt8>?
) -> sc_status {
    unsafe putCells(visual, cells, side: KeyVisual.side) { $0.cell(row: $1, column: $2) }
}

/// As the header says.
@c @implementation
public func sc_visual_legacy_cells(
    _ visual: UnsafePointer<UInt8>?, _ cells: UnsafeMutablePointer<UInt8>?
) -> sc_status {
    unsafe putCells(visual, cells, side: KeyVisual.legacySide) {
        $0.legacyCell(row: $1, column: $2)
    }
}

private func putCells(
    _ hash: UnsafePointer<UInt8>?, _ cells: UnsafeMutablePointer<UInt8>?, side: Int,
    _ colour: (KeyVisual, Int, Int) -> UInt8?
) -> sc_status {
    status { () throws(Failure) in
        let cells = try unsafe needed(cells)
        let visual = try unsafe visualOf(hash)
        for row in 0..<side {
            for column in 0..<side {
                unsafe cells[row * side + column] = colour(visual, row, column) ?? 0
            }
        }
    }
}

private func visualOf(_ hash: UnsafePointer<UInt8>?) throws(Failure) -> KeyVisual {
    let bytes = try unsafe needed(hash)
    guard let visual = KeyVisual(hash: unsafe span(bytes, count: KeyVisual.byteCount)) else {
        throw Failure(SC_MISUSE_ARGUMENT)
    }
    return visual
}

/// As the header says.
@c @implementation
public func sc_visual_palette(_ palette: UnsafeMutablePointer<UInt32>?) -> sc_status {
    status { () throws(Failure) in
        let palette = try unsafe needed(palette)
        for (place, colour) in KeyVisual.palette.enumerated() {
            unsafe palette[place] = colour
        }
    }
}

/// As the header says.
@c @implementation
public func sc_visual_text(
    _ visual: UnsafePointer<UInt8>?, _ text: UnsafeMutablePointer<CChar>?
) -> sc_status {
    status { () throws(Failure) in
        let target = try unsafe needed(text)
        let text = try unsafe visualOf(visual).text
        for (place, character) in text.enumerated() {
            unsafe target[place] = CChar(bitPattern: character)
        }
        unsafe target[text.count] = 0
    }
}

/// As the header says.
@c @implementation
public func sc_call_emoji(
    _ key: UnsafePointer<UInt8>?, _ publicValue: sc_bytes,
    _ emoji: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> sc_status {
    status { () throws(Failure) in
        let emoji = try unsafe needed(emoji)
        let value = try unsafe needed(publicValue.data)
        let valueSize = unsafe publicValue.count
        guard (1...Group.byteCount).contains(valueSize) else { throw Failure(SC_MISUSE_SIZE) }
        let found = CallEmoji(
            key: try unsafe authKey(key), publicValue: unsafe span(value, count: valueSize))
        for (place, index) in found.indices.enumerated() {
            guard let text = CallEmoji.emoji(at: index) else { continue }
            unsafe emoji[place] = UnsafeRawPointer(text.utf8Start)
                .assumingMemoryBound(to: CChar.self)
        }
    }
}

private func authKey(_ pointer: UnsafePointer<UInt8>?) throws(Failure) -> AuthKey {
    let bytes = try unsafe needed(pointer)
    do throws(SecretMemoryError) {
        return try AuthKey(copying: unsafe span(bytes, count: AuthKey.byteCount))
    } catch {
        throw Failure(error)
    }
}
