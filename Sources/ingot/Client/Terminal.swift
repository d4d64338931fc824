import FoundationEssentials
import Glibc
import UserAPI

/// What commands print.
enum Terminal {
    /// Whether standard output is a terminal: progress lines are redrawn there and left out elsewhere.
    static let isInteractive = isatty(STDOUT_FILENO) == 1

    /// Prints rows below headings, each column as wide as its widest cell.
    static func table(_ headings: [String], _ rows: [[String]]) {
        let all = [headings] + rows.map { $0.map(printable) }
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        for row in all {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            print(String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()))
        }
    }

    /// What hosts and other accounts send may hold anything: nothing of it may steer the terminal.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (127..<160).contains(scalar.value)
    }

    /// Redraws the line that the cursor is on.
    static func redraw(_ line: String) {
        guard isInteractive else { return }
        print("\r\u{1B}[K" + line, terminator: "")
        fflush(nil)
    }

    /// Prints a line to standard error, behind what was printed before.
    static func complain(_ line: String) {
        redraw("")
        fflush(nil)
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// `[#####.....]  52%`; the bytes alone where the total is not known.
    static func bar(_ progress: TransferProgress) -> String {
        let width = 30
        let rate = progress.rate.map { "  \(bytes($0))/s" } ?? ""
        let left = progress.secondsLeft.map { "  \($0) s left" } ?? ""
        guard let fraction = progress.fraction else { return bytes(progress.done) + rate }
        let filled = Int(fraction * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "[\(bar)] \(Int(fraction * 100))%  \(bytes(progress.done)) of \(bytes(progress.total))\(rate)\(left)"
    }

    /// A number of bytes with a binary unit and one decimal: `1.5 GiB`.
    static func bytes(_ count: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024 && unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        guard unit > 0 else { return "\(count) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
