/// Orders the import of a disk image: POST `/api/v1/imports`. The answer is an `ImportDetail`.
package struct ImageImportRequest: Codable, Hashable, Sendable {
    /// The image that gets a new revision, made if it does not exist.
    package var name: String
    /// `raw` or `qcow2`: what the source is once unpacked. The declared format decides; it is never guessed.
    package var format: String
    /// An `http` or `https` URL, or an absolute path on the server.
    package var source: String
    /// Lower-case hexadecimal; the source as it stands, packed or not, must have this digest.
    package var sha256: String?

    package init(name: String, format: String, source: String, sha256: String? = nil) {
        self.name = name
        self.format = format
        self.source = source
        self.sha256 = sha256
    }
}
