import ImageStore
import ObjectStorage

/// An object storage as image stores want it.
extension S3Client: ObjectKeeping {
    package func forEachKey(prefix: String, _ body: (String) async throws -> Void) async throws {
        try await forEachObject(prefix: prefix) { try await body($0.key) }
    }
}
