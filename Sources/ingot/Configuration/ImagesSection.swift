import AsyncHTTPClient
import FoundationEssentials
import HTTPServices
import ImageStore
import ObjectStorage
import UserAPI

/// Where image chunks are kept.
struct ImagesSection: Decodable {
    /// nil: in the data directory.
    var objectStorage: ChunkBucket?

    enum CodingKeys: String, CodingKey, CaseIterable { case objectStorage }

    init() {}

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        objectStorage = try decoder.container(keyedBy: CodingKeys.self)
            .decodeIfPresent(ChunkBucket.self, forKey: .objectStorage)
    }
}

/// A bucket of an object storage (S3) that keeps chunks.
struct ChunkBucket: Decodable, Equatable {
    var endpoint: String
    var region: String
    var bucket: String
    /// What every key begins with.
    var prefix: String
    var accessKey: String
    /// A file with the secret key that only root can read.
    var secretKeyFile: String
    /// Gibibytes of copies on this machine.
    var cacheGiB: Int

    enum CodingKeys: String, CodingKey, CaseIterable {
        case endpoint, region, bucket, prefix, accessKey, secretKeyFile, cacheGiB
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        endpoint = try container.decode(String.self, forKey: .endpoint)
        region = try container.decodeIfPresent(String.self, forKey: .region) ?? "us-east-1"
        bucket = try container.decode(String.self, forKey: .bucket)
        prefix = try container.decodeIfPresent(String.self, forKey: .prefix) ?? "chunks/"
        accessKey = try container.decode(String.self, forKey: .accessKey)
        secretKeyFile = try container.decode(String.self, forKey: .secretKeyFile)
        cacheGiB = try container.decodeIfPresent(Int.self, forKey: .cacheGiB) ?? 20
        guard let url = URL(string: endpoint), ["http", "https"].contains(url.scheme ?? ""), url.host() != nil else {
            throw CommandError(
                "images.objectStorage.endpoint: '\(endpoint)' is no URL: https://HOST or https://HOST:PORT")
        }
        guard cacheGiB > 0 else { throw CommandError("images.objectStorage.cacheGiB: \(cacheGiB) is no size") }
        guard prefix.isEmpty || prefix.hasSuffix("/") else {
            throw CommandError("images.objectStorage.prefix: '\(prefix)' does not end with a slash")
        }
    }

    /// The bucket as a chunk store.
    /// - Parameters:
    ///   - cache: the directory of copies.
    ///   - http: shut down by its owner.
    ///   - owner: this installation.
    ///   - clock: seconds since 1970.
    func store(
        cache: String, http: HTTPClient, owner: ChunkOwner, clock: @escaping @Sendable () -> Int64
    ) throws -> ObjectChunkStore {
        let client = S3Client(
            endpoint: S3Endpoint(url: endpoint, region: region), bucket: bucket,
            credentials: S3Credentials(accessKey: accessKey, secretKey: try secretKey()), http: http, clock: clock)
        return try ObjectChunkStore(
            objects: client, prefix: prefix, cache: cache, cacheLimit: cacheGiB << 30, owner: owner)
    }

    /// What the file with the secret key holds.
    func secretKey() throws -> String {
        guard let data = FileManager.default.contents(atPath: secretKeyFile) else {
            throw CommandError("images.objectStorage.secretKeyFile: cannot read \(secretKeyFile)")
        }
        let key = String(decoding: data, as: UTF8.self).filter { !$0.isNewline }
        guard !key.isEmpty else { throw CommandError("images.objectStorage.secretKeyFile: \(secretKeyFile) is empty") }
        return key
    }
}
