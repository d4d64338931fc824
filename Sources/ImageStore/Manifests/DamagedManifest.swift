/// A stored manifest that cannot be what was stored.
package struct DamagedManifest: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "the manifest in \(path) is damaged: \(reason)" }
}
