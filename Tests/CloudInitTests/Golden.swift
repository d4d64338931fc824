import Foundation
import Testing

/// Files that the output must equal.
enum Golden {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: directory.appending(path: name), encoding: .utf8)
    }

    /// Compares, or writes the golden where `INGOT_REWRITE_GOLDENS` is set.
    static func expect(_ text: String, _ name: String) throws {
        if ProcessInfo.processInfo.environment["INGOT_REWRITE_GOLDENS"] != nil {
            try Data(text.utf8).write(to: directory.appending(path: name))
        }
        #expect(try text == Golden.text(name))
    }
}
