extension SuiteResult {
    /// For programs.
    package var json: String {
        let clauseFields = Dictionary(
            uniqueKeysWithValues: clauses.map { ($0.id, JSON.object(Self.fields($0.tally))) })
        var fields = Self.fields(total)
        fields["testee"] = .string(testee)
        fields["clauses"] = .object(clauseFields)
        fields["tests"] = .array(
            tests.map { result in
                .object([
                    "id": .string(result.test.id), "kind": .string(result.test.kind),
                    "result": .string(result.outcome.rawValue),
                    "spec": .array(result.test.clauses.map { .string($0) }),
                    "detail": result.detail.map { .string($0) } ?? .null,
                ])
            })
        return JSON.object(fields).document + "\n"
    }

    private static func fields(_ tally: Tally) -> [String: JSON] {
        [
            "passed": .integer(Int64(tally.passed)), "failed": .integer(Int64(tally.failed)),
            "unsupported": .integer(Int64(tally.unsupported)),
        ]
    }

    /// For whoever shows test results: one suite for each kind, clauses as properties.
    package var junit: String {
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        lines.append(
            "<testsuites name=\"SecretChat conformance\" tests=\"\(tests.count)\" "
                + "failures=\"\(total.failed)\" skipped=\"\(total.unsupported)\" "
                + "time=\"\(Self.seconds(tests))\">")
        for kind in kinds {
            let own = tests.filter { $0.test.kind == kind.name }
            lines.append(
                "<testsuite name=\"\(kind.name.escaped)\" tests=\"\(own.count)\" "
                    + "failures=\"\(kind.tally.failed)\" skipped=\"\(kind.tally.unsupported)\" "
                    + "errors=\"0\" time=\"\(Self.seconds(own))\">")
            lines += own.map(Self.testCase)
            lines.append("</testsuite>")
        }
        return (lines + ["</testsuites>", ""]).joined(separator: "\n")
    }

    private static func testCase(_ result: TestResult) -> String {
        let test = result.test
        var text =
            "<testcase classname=\"\(test.kind.escaped)\" name=\"\(test.id.escaped)\" "
            + "time=\"\(seconds([result]))\"><properties>"
        for clause in test.clauses {
            text += "<property name=\"clause\" value=\"\(clause.escaped)\"/>"
        }
        text += "</properties>"
        let detail = (result.detail ?? "").escaped
        switch result.outcome {
        case .passed: break
        case .failed: text += "<failure message=\"\(detail)\">\(test.comment.escaped)</failure>"
        case .unsupported: text += "<skipped message=\"\(detail)\"/>"
        }
        return text + "</testcase>"
    }

    private static func seconds(_ tests: [TestResult]) -> String {
        let microseconds = Int(tests.reduce(0) { $0 + $1.seconds } * 1_000_000)
        let rest = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000)."
            + String(repeating: "0", count: 6 - rest.count) + rest
    }
}

extension String {
    /// For the text and the attributes of XML and HTML.
    var escaped: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            default:
                // XML has no other control characters, and no halves of surrogate pairs.
                let isAllowed =
                    scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
                    && scalar.value & 0xFFFE != 0xFFFE
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
