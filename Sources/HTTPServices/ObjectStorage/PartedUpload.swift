import Crypto
import ImageFormat
import NIOCore
import ObjectStorage

/// Sends one large object in parts, so that whoever was interrupted goes on: of the parts that the service has, those that
/// hold the right bytes are not sent again.
struct PartedUpload: Sendable {
    let client: S3Client
    let key: String
    /// Bytes of the whole object.
    let size: UInt64

    /// What is known of an upload that was begun before.
    struct Known: Codable, Sendable {
        var key: String
        var upload: String
    }

    /// Bytes of one part: S3 takes 10,000 parts at most, each of 5 MiB at least.
    var partSize: Int { Int(max(16 << 20, (size / 9000 / (1 << 20) + 1) << 20)) }

    /// Sends what is missing and makes the object; returns the SHA-256 of all of its bytes.
    /// - Parameters:
    ///   - known: of an earlier run.
    ///   - keep: is told how a later run can go on.
    ///   - bytes: gives the object's bytes from its start on: up to as many as it is asked for, none at the end.
    ///   - progress: is told of the bytes that the service has.
    func send(
        known: Known?, keep: (Known) async throws -> Void, bytes: (Int) async throws -> ByteBuffer,
        progress: (UInt64) -> Void
    ) async throws -> String {
        let resumed = try await resume(known)
        var upload = resumed.upload
        // Without its upload, an object that is whole was completed by the earlier run.
        if upload == nil, try await client.size(of: key) != size || known == nil {
            let id = try await client.beginUpload(key)
            try await keep(Known(key: key, upload: id))
            upload = id
        }
        var hash = SHA256()
        var sent: [S3Part] = []
        var done: UInt64 = 0
        for number in 1... {
            try Task.checkCancellation()
            let part = try await bytes(partSize)
            guard part.readableBytes > 0 else { break }
            part.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            if let upload {
                if let there = resumed.parts.first(where: { $0.number == number }), Self.holds(there, part) {
                    sent.append(there)
                } else {
                    sent.append(try await client.sendPart(number, of: key, upload: upload, part))
                }
            }
            done += UInt64(part.readableBytes)
            progress(done)
        }
        if let upload { try await client.completeUpload(key, upload: upload, parts: sent) }
        return ChunkDigest(hash.finalize()).description
    }

    /// The upload of an earlier run with its parts; nil where it is gone, because it was completed or given up.
    private func resume(_ known: Known?) async throws -> (upload: String?, parts: [S3Part]) {
        guard let known, known.key == key else { return (nil, []) }
        do {
            return (known.upload, try await client.parts(of: key, upload: known.upload))
        } catch let error as S3Error where error.kind == .noSuchUpload || error.kind == .noSuchKey {
            return (nil, [])
        }
    }

    /// Whether a part holds these bytes: its tag is their MD5.
    private static func holds(_ part: S3Part, _ bytes: ByteBuffer) -> Bool {
        guard part.size == bytes.readableBytes else { return false }
        let digest = bytes.withUnsafeReadableBytes { Insecure.MD5.hash(data: $0) }
        let text = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return part.tag.filter { $0 != "\"" } == text
    }
}
