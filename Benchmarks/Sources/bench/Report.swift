/// What a ratio or a count is held against.
enum Bar {
    case atLeast(Double)
    case atMost(Double)

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atLeast(let limit): value >= limit
        case .atMost(let limit): value <= limit
        }
    }

    var text: String {
        switch self {
        case .atLeast(let limit): "≥ \(number(limit, 2))"
        case .atMost(let limit): "≤ \(number(limit, 2))"
        }
    }
}

/// A number that follows from measurements.
struct Finding {
    let name: String
    /// From the fastest rounds.
    let best: Double
    /// The median of what each round gives; the bar is held against this one.
    let typical: Double
    let unit: String
    let bar: Bar?

    /// How much faster `subject` is than `yardstick` if both do the same work, in `share` parts.
    static func speed(
        _ name: String, of subject: Measurement, to yardstick: Measurement, share: Double = 1,
        bar: Bar? = nil
    ) -> Finding {
        let perRound = zip(subject.rounds, yardstick.rounds).map { share * $1 / $0 }
        return Finding(
            name: name, best: share * yardstick.minimum / subject.minimum,
            typical: Measurement.median(perRound), unit: "×", bar: bar)
    }

    static func milliseconds(_ name: String, _ subject: Measurement, bar: Bar) -> Finding {
        Finding(
            name: name, best: subject.minimum / 1e6, typical: subject.median / 1e6, unit: "ms",
            bar: bar)
    }

    static func microseconds(
        _ name: String, _ subject: Measurement, bar: Bar? = nil
    ) -> Finding {
        Finding(
            name: name, best: subject.minimum / 1e3, typical: subject.median / 1e3, unit: "µs",
            bar: bar)
    }

    /// How much longer a share of one takes than the same share of another.
    static func microseconds(
        _ name: String, _ subject: Measurement, over yardstick: Measurement, share: Double,
        bar: Bar?
    ) -> Finding {
        let perRound = zip(subject.rounds, yardstick.rounds).map { share * ($0 - $1) / 1e3 }
        return Finding(
            name: name, best: share * (subject.minimum - yardstick.minimum) / 1e3,
            typical: Measurement.median(perRound), unit: "µs", bar: bar)
    }

    /// What the time would be on a machine that does the yardstick at a given speed.
    static func microseconds(
        _ name: String, _ subject: Measurement, scaledBy yardstick: Measurement,
        bytesPerNanosecond speed: Double, bar: Bar
    ) -> Finding {
        let perRound = zip(subject.rounds, yardstick.rounds).map { time, unit in
            time / 1e3 * Double(yardstick.byteCount) / unit / speed
        }
        return Finding(
            name: name,
            best: subject.minimum / 1e3 * Double(yardstick.byteCount) / yardstick.minimum / speed,
            typical: Measurement.median(perRound), unit: "µs", bar: bar)
    }

    static func rate(_ name: String, of subject: Measurement, bar: Bar) -> Finding {
        Finding(
            name: name, best: 1e9 / subject.minimum, typical: 1e9 / subject.median, unit: "/s",
            bar: bar)
    }

    static func count(_ name: String, _ value: Double, bar: Bar) -> Finding {
        Finding(name: name, best: value, typical: value, unit: "", bar: bar)
    }

    var isMet: Bool { bar?.isMet(by: typical) ?? true }
}

/// All results, for people and for programs.
struct Report {
    let processor: String
    let method: String
    private(set) var measurements: [Measurement] = []
    private(set) var findings: [Finding] = []

    init(processor: String, method: String) {
        self.processor = processor
        self.method = method
    }

    mutating func add(_ measurements: [Measurement], _ findings: [Finding] = []) {
        self.measurements += measurements
        self.findings += findings
    }

    var missed: [Finding] { findings.filter { !$0.isMet } }

    var table: String {
        var lines = [processor, method, ""]
        lines.append(
            left("operation", 44) + right("min ns", 13) + right("median ns", 13)
                + right("MB/s", 9))
        for item in measurements {
            lines.append(
                left(item.name, 44) + right(number(item.minimum, 0), 13)
                    + right(number(item.median, 0), 13)
                    + right(item.throughput.map { number($0, 0) } ?? "", 9))
        }
        lines.append("")
        lines.append(
            left("ratio, limit", 44) + right("best", 9) + right("typical", 9) + "    "
                + left("bar", 9) + "verdict")
        for item in findings {
            lines.append(
                left(item.name, 44) + right(number(item.best, 2), 9)
                    + right(number(item.typical, 2), 9) + " " + left(item.unit, 3)
                    + left(item.bar?.text ?? "", 9)
                    + (item.bar == nil ? "" : item.isMet ? "met" : "MISSED"))
        }
        return lines.joined(separator: "\n")
    }

    var json: String {
        let measured = measurements.map { item in
            object([
                ("name", quoted(item.name)), ("minNs", number(item.minimum, 1)),
                ("medianNs", number(item.median, 1)), ("byteCount", "\(item.byteCount)"),
                ("rounds", "\(item.rounds.count)"),
            ])
        }
        let found = findings.map { item in
            object([
                ("name", quoted(item.name)), ("best", number(item.best, 4)),
                ("typical", number(item.typical, 4)), ("unit", quoted(item.unit)),
                ("bar", quoted(item.bar?.text ?? "")), ("met", "\(item.isMet)"),
            ])
        }
        return "{\n"
            + [
                "  \"processor\": \(quoted(processor))", "  \"method\": \(quoted(method))",
                "  \"measurements\": \(array(measured))", "  \"findings\": \(array(found))",
            ].joined(separator: ",\n") + "\n}\n"
    }
}

private func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}

private func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
}

/// A number with fixed digits behind the point.
func number(_ value: Double, _ digits: Int) -> String {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = Int((abs(value) * factor).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    if digits == 0 { return sign + String(scaled) }
    let fraction = String(scaled % Int(factor))
    return sign + String(scaled / Int(factor)) + "."
        + String(repeating: "0", count: digits - fraction.count) + fraction
}

private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { result += "\\" }
        if scalar.value >= 0x20 { result.unicodeScalars.append(scalar) }
    }
    return result + "\""
}

private func object(_ members: [(String, String)]) -> String {
    "    { " + members.map { "\(quoted($0)): \($1)" }.joined(separator: ", ") + " }"
}

private func array(_ items: [String]) -> String {
    "[\n" + items.joined(separator: ",\n") + "\n  ]"
}
