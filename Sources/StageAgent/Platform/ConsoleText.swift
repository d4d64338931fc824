/// What to write on a terminal so that lines scroll by above one progress line that is rewritten in place.
package struct ConsoleText: Sendable {
    private var progress: String?
    private let width: Int

    /// - Parameter width: columns; a progress line is cut to fit, so that it never wraps.
    package init(width: Int = 80) { self.width = width }

    /// The text that shows a line for good.
    package mutating func line(_ text: String) -> String {
        guard let progress else { return Self.printable(text) + "\n" }
        return "\r\u{1B}[K" + Self.printable(text) + "\n" + progress
    }

    /// The text that shows a new progress line, or takes the last one away; empty where nothing changes.
    package mutating func progress(_ text: String?) -> String {
        let cut = text.map { String(Self.printable($0).prefix(width - 1)) }
        guard cut != progress else { return "" }
        progress = cut
        return "\r\u{1B}[K" + (cut ?? "")
    }

    /// The text without control characters, which could rewrite the screen: it may come from a device or the network.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}
