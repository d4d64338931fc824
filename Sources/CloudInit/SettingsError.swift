/// What is wrong with the settings of an installed system: where, and what was expected.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `vlans[0].id`, `userData`, ...; empty for a whole file.
    package let path: String
    /// The line of the file, counted from 1; nil where there is no file.
    package let line: Int?
    package let reason: String

    package init(_ path: String, line: Int? = nil, _ reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    package var description: String {
        [line.map { "line \($0)" }, path.isEmpty ? nil : path].compactMap(\.self).joined(separator: ", ")
            + (line == nil && path.isEmpty ? "" : ": ") + reason
    }
}
