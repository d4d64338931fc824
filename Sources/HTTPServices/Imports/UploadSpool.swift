import ImageFormat
package import ImageStore
package import NIOCore

/// Where request bodies become files.
package struct UploadSpool: Sendable {
    let spool: SpoolDirectory
    /// The largest upload in bytes.
    let limit: UInt64

    /// Receives a body; nothing is left of it where this throws.
    /// - Parameter sha256: what the body's digest must be, in hexadecimal digits.
    package func receive<Body: AsyncSequence & Sendable>(
        _ body: Body, length: UInt64?, sha256: String?
    ) async throws -> SpoolFile where Body.Element == ByteBuffer {
        if let length, length > limit {
            throw ProvisioningError(.invalid, "an upload may have \(limit) bytes, this one has \(length)")
        }
        let file = try spool.makeFile()
        do {
            var writer = SpoolWriter(file: file, limit: limit)
            for try await piece in body { try await writer.append(piece) }
            let found = try await writer.finish()
            guard length == nil || length == writer.size else {
                throw ProvisioningError(.invalid, "the upload ended after \(writer.size) bytes")
            }
            guard sha256 == nil || sha256 == found.description else {
                throw ImportError.wrongChecksum(expected: sha256 ?? "", found: found.description)
            }
            return file
        } catch {
            remove(file)
            if let refusal = error as? ImportError { throw ProvisioningError(.invalid, refusal.description) }
            throw error
        }
    }

    /// Removes an upload; the next start does where this fails.
    func remove(_ file: SpoolFile) { try? spool.remove(file) }
}
