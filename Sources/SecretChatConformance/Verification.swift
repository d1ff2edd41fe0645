public import Foundation
import SecretChatCrypto

/// Checks recorded transcripts and value files: opens every packet and recomputes every value.
///
/// For recorded data only. Nothing here is constant in time, and MTProto 1.0 is opened.
public enum Conformance {
    /// Checks the content of one file; `name` is how the findings call it.
    ///
    /// Whatever the content, the result is a report: what cannot be read is a failure in it.
    public static func verify(_ content: Data, name: String) -> Report {
        var verification = Verification(file: name)
        verification.run(content)
        return verification.report
    }
}

/// The check of one file in progress.
struct Verification {
    var report: Report
    var groups = GroupChecker()
    /// Where the public values of the file live; nothing if its parameters are refused.
    var group: Group?
    /// All keys of the file, whichever case holds them.
    var keys = KeyRing()
    private var noted: Set<String> = []

    init(file: String) {
        report = Report(file: file)
    }

    mutating func run(_ content: Data) {
        attempt("file") { (verification: inout Verification) throws(Malformed) in
            let document = try JSON(file: content)
            guard document.object != nil else { throw Malformed("is no JSON object") }
            try verification.checkDocument(document)
        }
        if report.checks == 0 {
            fail("file", "format", "holds nothing that can be checked")
        }
    }

    /// One comparison.
    mutating func expect(
        _ isGood: Bool, _ place: String, _ clause: String, _ text: @autoclosure () -> String
    ) {
        report.checks += 1
        guard !isGood else { return }
        report.failures.append(
            Report.Finding(file: report.file, place: place, clause: clause, text: text()))
    }

    mutating func fail(_ place: String, _ clause: String, _ text: String) {
        expect(false, place, clause, text)
    }

    mutating func stricter(_ place: String, _ clause: String, _ text: String) {
        report.stricter.append(
            Report.Finding(file: report.file, place: place, clause: clause, text: text))
    }

    /// Lists a place once, with all the reasons.
    mutating func notCheckable(_ place: String, _ clause: String, _ text: String) {
        let last = report.notCheckable.count - 1
        if last >= 0, report.notCheckable[last].place == place {
            if !report.notCheckable[last].text.contains(text) {
                report.notCheckable[last].text += "; \(text)"
            }
            return
        }
        report.notCheckable.append(
            Report.Finding(file: report.file, place: place, clause: clause, text: text))
    }

    mutating func note(_ text: String) {
        if noted.insert(text).inserted { report.notes.append(text) }
    }

    /// Runs a part of the check; what is malformed in it is a failure of that part alone.
    mutating func attempt(
        _ place: String, _ body: (inout Verification) throws(Malformed) -> Void
    ) {
        do {
            try body(&self)
        } catch {
            fail(place, "format", error.text)
        }
    }
}
