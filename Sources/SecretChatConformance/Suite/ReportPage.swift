import SecretChatCrypto

extension SuiteResult {
    /// A page of its own, with everything in it.
    package var html: String {
        var page = [Self.head, "<h1>SecretChat conformance</h1>", "<p>\(summary.escaped)</p>"]
        page.append("<h2>Clauses</h2>")
        page.append(
            Self.table(
                ["clause", "passed", "failed", "not supported", "verdict"],
                clauses.map { Self.cells($0.id, $0.tally) }))
        page.append("<h2>Kinds of vectors</h2>")
        page.append(
            Self.table(
                ["kind", "passed", "failed", "not supported", "verdict"],
                kinds.map { Self.cells($0.name, $0.tally) }))
        page.append("<h2>Failed</h2>")
        let failed = tests.filter { $0.outcome == .failed }
        page.append(
            failed.isEmpty
                ? "<p>Nothing.</p>"
                : Self.table(
                    ["test", "clauses", "what is wrong", "what the test is about", "effect"],
                    failed.map { result in
                        (
                            "fail",
                            [
                                result.test.id, result.test.clauses.joined(separator: " "),
                                result.detail ?? "", result.test.comment,
                                effect(of: result.test) ?? "",
                            ]
                        )
                    }))
        let pictures = pictures
        if !pictures.isEmpty {
            page.append("<h2>Pictures of keys</h2>")
            page.append(
                "<p>As the vectors have them; red frames are those of tests that failed.</p>")
            page.append("<div class=\"pictures\">\(pictures.joined(separator: "\n"))</div>")
        }
        return (page + ["</body></html>", ""]).joined(separator: "\n")
    }

    private static let head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>SecretChat conformance</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }
        table { border-collapse: collapse } th, td { border: 1px solid #ccc; padding: .2em .6em }
        th { background: #eee; text-align: left; position: sticky; top: 0 }
        td { vertical-align: top; overflow-wrap: anywhere }
        .fail td:last-child, .fail td:first-child { background: #fbd5d5 }
        .pass td:last-child { background: #d9f2d9 } .none td:last-child { background: #eee }
        .pictures { display: flex; flex-wrap: wrap; gap: 1em }
        figure { margin: 0; padding: .4em; border: 2px solid #d9f2d9; width: 13em }
        figure.fail { border-color: #d33 } figure svg { width: 100%; height: auto }
        figcaption, pre { font: 11px monospace; overflow-wrap: anywhere }
        </style></head><body>
        """

    private static func cells(_ name: String, _ tally: Tally) -> (String, [String]) {
        let style = tally.failed > 0 ? "fail" : tally.passed > 0 ? "pass" : "none"
        return (
            style,
            [
                name, String(tally.passed), String(tally.failed), String(tally.unsupported),
                tally.verdict,
            ]
        )
    }

    private static func table(
        _ header: [String], _ rows: [(style: String, cells: [String])]
    ) -> String {
        let head = header.map { "<th>\($0)</th>" }.joined()
        let body = rows.map { row in
            "<tr class=\"\(row.style)\">"
                + row.cells.map { "<td>\($0.escaped)</td>" }.joined() + "</tr>"
        }
        return "<table><tr>\(head)</tr>\n\(body.joined(separator: "\n"))</table>"
    }

    // MARK: Pictures

    /// The identicons of the tests about pictures, 12 × 12 and the old 8 × 8.
    private var pictures: [String] {
        tests.filter { $0.test.kind == "key-visual" && $0.test.isValid }.map { result in
            let fields = result.test.fields
            let drawings = [("cells", KeyVisual.side), ("legacy_cells", KeyVisual.legacySide)]
                .map { Self.picture(fields[$0]?.string ?? "", side: $1) }
            return "<figure class=\"\(result.outcome == .failed ? "fail" : "")\">"
                + drawings.joined()
                + "<figcaption>\(result.test.id.escaped)</figcaption>"
                + "<pre>\((fields["text"]?.string ?? "").escaped)</pre></figure>"
        }
    }

    /// A picture of cells that are digits, row by row. (KEY-5, KEY-7)
    private static func picture(_ cells: String, side: Int) -> String {
        var svg = "<svg viewBox=\"0 0 \(side) \(side)\" shape-rendering=\"crispEdges\">"
        for (index, digit) in cells.enumerated() {
            guard let colour = digit.wholeNumberValue, KeyVisual.palette.indices.contains(colour)
            else { continue }
            let fill = TreeReader.hex(UInt64(KeyVisual.palette[colour]), digits: 6)
            svg +=
                "<rect x=\"\(index % side)\" y=\"\(index / side)\" width=\"1\" height=\"1\" "
                + "fill=\"#\(fill)\"/>"
        }
        return svg + "</svg>"
    }
}
