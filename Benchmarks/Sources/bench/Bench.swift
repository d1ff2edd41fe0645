internal import CSecretChatKernels
internal import Glibc

@main
struct Bench {
    static func main() {
        let options = Options(CommandLine.arguments.dropFirst())
        let blind = blindSpotsOfTheCounter()
        guard blind.isEmpty else {
            print("the allocation counter misses allocations: \(blind.joined(separator: ", "))")
            exit(1)
        }
        let effort = options.isQuick ? Effort.quick : Effort.full
        var report = Report(processor: processor(), method: method(effort))
        for part in Part.allCases where options.only == nil || options.only == part {
            part.run(options, effort, into: &report)
        }
        print(report.table)
        if let path = options.json, !write(report.json, to: path) {
            print("cannot write \(path)")
            exit(1)
        }
        if options.enforces, !report.missed.isEmpty { exit(1) }
        // Allocations do not depend on the machine, so that a bar of zero always holds.
        if report.missed.contains(where: { $0.name.hasPrefix("allocations") }) { exit(1) }
    }

    /// What is measured together.
    enum Part: String, CaseIterable {
        case allocations, ige, packets, payloads, engine, library, groups, visual

        func run(_ options: Options, _ effort: Effort, into report: inout Report) {
            switch self {
            case .allocations:
                countAllocations(into: &report)
                countPayloadAllocations(into: &report)
                countEngineAllocations(options, into: &report)
            case .ige: measureIGE(effort, into: &report)
            case .packets: measurePackets(effort, into: &report)
            case .payloads: measurePayloads(effort, into: &report)
            case .engine: measureEngine(effort, into: &report)
            case .library: measureLibrary(options, effort, into: &report)
            case .groups: measureGroups(effort, into: &report)
            case .visual: measureVisual(effort, into: &report)
            }
        }
    }

    private static func method(_ effort: Effort) -> String {
        let time = effort.roundTime / .milliseconds(1)
        return
            "\(effort.roundCount) rounds of \(number(time, 0)) ms for each case, in turns with the "
            + "cases it is compared with; minimum and median of the rounds. "
            + "best: ratio of the minima, typical: median of the ratios of the rounds. "
            + "AES path \(sck_aes_path_best().rawValue) (0 portable, 1 AES-NI, 2 ARMv8)."
    }

    /// What the kernel calls the processor.
    private static func processor() -> String {
        guard let file = unsafe fopen("/proc/cpuinfo", "r") else { return "unknown processor" }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while unsafe fgets(&line, CInt(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else {
                continue
            }
            return text[colon...].dropFirst(2).filter { $0 != "\n" }
        }
        return "unknown processor"
    }

    private static func write(_ text: String, to path: String) -> Bool {
        guard let file = unsafe fopen(path, "w") else { return false }
        let written = unsafe fputs(text, file)
        return unsafe fclose(file) == 0 && written >= 0
    }
}

/// The command line.
struct Options {
    private(set) var isQuick = false
    private(set) var enforces = false
    private(set) var json: String?
    private(set) var only: Bench.Part?

    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--enforce": enforces = true
            case "--json" where !rest.isEmpty: json = rest.popFirst()
            case "--only" where rest.first.flatMap(Bench.Part.init) != nil:
                only = rest.popFirst().flatMap(Bench.Part.init)
            default:
                let parts = Bench.Part.allCases.map(\.rawValue).joined(separator: "|")
                print("usage: bench [--quick] [--enforce] [--json FILE] [--only \(parts)]")
                exit(2)
            }
        }
    }
}
