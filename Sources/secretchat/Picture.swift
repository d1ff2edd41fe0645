import CPNG
import SecretChatCrypto

/// An identicon as a person sees it: on a terminal, as SVG and as PNG.
struct Picture {
    private let side: Int
    /// Colour numbers 0 to 3, row by row.
    private let cells: [[UInt8]]

    /// - Parameter isLegacy: the 8 × 8 picture of very old clients.
    init(_ visual: KeyVisual, isLegacy: Bool = false) {
        let side = isLegacy ? KeyVisual.legacySide : KeyVisual.side
        self.side = side
        cells = (0..<side).map { row in
            (0..<side).map { column in
                let cell =
                    isLegacy
                    ? visual.legacyCell(row: row, column: column)
                    : visual.cell(row: row, column: column)
                return cell ?? 0
            }
        }
    }

    /// One text line for each row: coloured blanks, or shades where colours are not to be had.
    func terminalLines(colours: Bool) -> [String] {
        cells.map { row in
            let line = row.map { cell -> String in
                guard colours else { return ["··", "░░", "██", "▒▒"][Int(cell)] }
                let (red, green, blue) = Self.components(cell)
                return "\u{1B}[48;2;\(red);\(green);\(blue)m  "
            }.joined()
            return colours ? line + "\u{1B}[0m" : line
        }
    }

    /// A scalable picture of 40 units a cell.
    var svg: String {
        let size = side * 40
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size)\" height=\"\(size)\" "
                + "viewBox=\"0 0 \(side) \(side)\" shape-rendering=\"crispEdges\">",
            "<rect width=\"\(side)\" height=\"\(side)\" fill=\"\(Self.hex(0))\"/>",
        ]
        for (y, row) in cells.enumerated() {
            for (x, cell) in row.enumerated() where cell != 0 {
                lines.append(
                    "<rect x=\"\(x)\" y=\"\(y)\" width=\"1\" height=\"1\" fill=\"\(Self.hex(cell))\"/>"
                )
            }
        }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    /// A PNG of `scale` pixels a cell, eight bits a channel, without transparency.
    func png(scale: Int) throws -> [UInt8] {
        var pixels: [UInt8] = []
        for row in cells {
            let line = row.flatMap { cell -> [UInt8] in
                let (red, green, blue) = Self.components(cell)
                return Array(repeating: [red, green, blue], count: scale).flatMap { $0 }
            }
            for _ in 0..<scale { pixels.append(contentsOf: line) }
        }
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        unsafe image.width = UInt32(side * scale)
        unsafe image.height = UInt32(side * scale)
        unsafe image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        // The picture has few colours: it never needs more than its pixels and a header.
        var output = [UInt8](repeating: 0, count: pixels.count + 4096)
        var size = output.count
        let isWritten = unsafe png_image_write_to_memory(
            &image, &output, &size, 0, pixels, 0, nil)
        guard isWritten != 0 else { throw ToolError("the picture cannot be encoded as PNG") }
        return Array(output.prefix(size))
    }

    private static func components(_ cell: UInt8) -> (UInt8, UInt8, UInt8) {
        let colour = KeyVisual.palette[Int(cell)]
        return (
            UInt8(truncatingIfNeeded: colour >> 16), UInt8(truncatingIfNeeded: colour >> 8),
            UInt8(truncatingIfNeeded: colour)
        )
    }

    private static func hex(_ cell: UInt8) -> String {
        let (red, green, blue) = components(cell)
        return "#" + Hex.text([red, green, blue])
    }
}
