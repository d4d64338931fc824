/// How far an import is: GET `/api/v1/imports/{id}`.
package struct ImportDetail: Codable, Hashable, Sendable {
    package var id: String
    package var image: String
    package var source: String
    package var state: ImportStateName
    package var progress: TransferProgress?
    /// The new revision, once the import is done.
    package var revision: ImageRevision?
    /// Why the import failed.
    package var failure: String?
    /// What a running import does: `downloading`, `storing`, ...
    package var phase: String?

    package init(
        id: String, image: String, source: String, state: ImportStateName, progress: TransferProgress?,
        revision: ImageRevision?, failure: String?, phase: String? = nil
    ) {
        self.id = id
        self.image = image
        self.source = source
        self.state = state
        self.progress = progress
        self.revision = revision
        self.failure = failure
        self.phase = phase
    }
}

/// Where an import stands. An open set.
package struct ImportStateName: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let waiting = ImportStateName(rawValue: "waiting")
    package static let running = ImportStateName(rawValue: "running")
    package static let done = ImportStateName(rawValue: "done")
    package static let failed = ImportStateName(rawValue: "failed")
    package static let cancelled = ImportStateName(rawValue: "cancelled")

    /// Whether the import has ended.
    package var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
}
