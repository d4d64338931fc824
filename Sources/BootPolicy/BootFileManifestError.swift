/// What is wrong with a manifest of boot files.
public struct BootFileManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }

    public var description: String { "manifest of boot files: \(reason)" }
}
