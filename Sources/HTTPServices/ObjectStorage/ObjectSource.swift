import Crypto
import FoundationEssentials
import ImageFormat
import ImageStore
import NIOCore
import ObjectStorage

/// Images in an object storage, as exports left them or as others put them there.
struct ObjectSource: Sendable {
    let client: S3Client
    let bucket: String

    /// Bytes of one request.
    private static let pieceSize: UInt64 = 8 << 20

    /// Fetches an object into a spool file. Where an object `KEY.sha256` stands beside it, its bytes have to be those.
    func fetch(
        _ key: String, into writer: SpoolWriter, limits: ImportLimits,
        progress: @escaping @Sendable (TaskProgress) -> Void
    ) async throws {
        try await limits.withDownloadDeadline {
            try await fetch(key, into: writer, limit: limits.maximumSourceSize, progress: progress)
        }
    }

    private func fetch(
        _ key: String, into writer: SpoolWriter, limit: UInt64, progress: (TaskProgress) -> Void
    ) async throws {
        guard let size = try await client.size(of: key) else {
            throw ImportError.download("there is no object s3://\(bucket)/\(key)")
        }
        guard size <= limit else { throw ImportError.tooLarge(what: "the source of \(size) bytes", limit: limit) }
        var writer = writer
        var offset: UInt64 = 0
        while offset < size {
            try Task.checkCancellation()
            let end = min(offset + Self.pieceSize, size)
            try await writer.append(try await client.get(key, range: offset..<end))
            offset = end
            progress(TaskProgress(phase: "downloading", done: offset, total: size))
        }
        let found = try await writer.finish()
        guard let sums = try await client.get(key + ".sha256", limit: 4096) else { return }
        let expected = String(buffer: sums).prefix { $0 != " " && $0 != "\n" }
        guard expected == found.description else {
            throw ImportError.wrongChecksum(expected: String(expected), found: found.description)
        }
    }

    /// The manifest that an export in chunks left.
    func manifest(_ key: String) async throws -> SignedDocument {
        guard let bytes = try await client.get(key, limit: 64 << 20) else {
            throw ImportError.download("there is no object s3://\(bucket)/\(key)")
        }
        do {
            return try JSONDecoder().decode(SignedDocument.self, from: Data(bytes.readableBytesView))
        } catch {
            throw ImportError.refused("s3://\(bucket)/\(key) is no signed manifest")
        }
    }
}

/// Chunks of an export.
struct ExportedChunks: ChunkFetching {
    let client: S3Client
    /// What the keys of chunks begin with.
    let prefix: String

    func frame(of chunk: ChunkDigest) async throws -> ByteBuffer {
        let key = ExportOrder.chunkKey(chunk, prefix: prefix)
        guard let frame = try await client.get(key, limit: 8 << 20) else {
            throw ImportError.download("the export has no chunk \(chunk)")
        }
        return frame
    }
}
