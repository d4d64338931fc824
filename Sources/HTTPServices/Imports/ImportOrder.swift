import AccessPolicy
import ImageFormat
import ImageStore
import UserAPI

/// What an import task carries out, as it is stored.
struct ImportOrder: Codable, Sendable {
    enum Source: Codable, Sendable {
        /// A file of this machine.
        case file(String)
        case url(String)
        /// The id of an upload.
        case upload(String)
        case object(bucket: String, key: String)
        /// A manifest of the region that signs with a key.
        case region(key: KeyID, manifest: ChunkDigest)
    }

    /// What exports in chunks are imported as.
    static let chunked = "chunked"

    var source: Source
    var format: String
    var compression: String
    var sha256: String?
    var sha512: String?
    /// The name of the credential that reaches an object.
    var credential: String?
    /// The token that opens a region's manifest, sealed.
    var sealedTicket: String?
    /// Bytes of the disk that a root file system gets.
    var diskSize: UInt64?
    /// What the new revision is said to be made of.
    var origin: ImageOrigin?
    /// Where the new revision is published as soon as it is there.
    var channel: ReleaseChannel?

    /// Throws with what is wrong with a request.
    init(_ request: ImageImportRequest) throws {
        source = try Self.source(request.source)
        credential = request.credential
        format = request.format
        compression = request.compression ?? Compression.none.rawValue
        sha256 = request.sha256
        diskSize = request.diskSize
        sha512 = request.sha512
        origin = try request.origin.map { try Self.checked($0) }
        channel = try request.channel.map { try Self.channel($0) }
        switch source {
        case .object(_, let key):
            guard request.credential != nil else {
                throw ProvisioningError(.invalid, "an object of an object storage wants a credential")
            }
            if format == Self.chunked, !key.hasSuffix(".manifest.json") {
                throw ProvisioningError(
                    .invalid, "of an export in chunks name the object that ends with .manifest.json")
            }
        case .region:
            guard format == Self.chunked, request.ticket != nil else {
                throw ProvisioningError(.invalid, "a region's image is imported in chunks, and wants a ticket")
            }
        case .file, .url, .upload:
            guard request.credential == nil else {
                throw ProvisioningError(.invalid, "only an object of an object storage wants a credential")
            }
        }
        if isChunked {
            guard request.compression == nil, request.sha256 == nil, request.sha512 == nil, diskSize == nil else {
                throw ProvisioningError(
                    .invalid, "an export in chunks has neither compression nor sha256 nor sha512 nor diskSize")
            }
        } else {
            let order = try importRequest(path: "/")
            if let diskSize {
                guard order.format == .tar else {
                    throw ProvisioningError(
                        .invalid, "only a root file system (tar) gets a disk of the size that is asked for")
                }
                guard diskSize > 0, diskSize % (1 << 20) == 0 else {
                    throw ProvisioningError(.invalid, "the disk's size is \(diskSize) bytes, expected whole MiB")
                }
            }
        }
        if let sha256, ChunkDigest(sha256) == nil {
            throw ProvisioningError(.invalid, "'\(sha256)' is no SHA-256 digest: 64 lower-case hexadecimal digits")
        }
        if let sha512 {
            guard case .url = source else {
                throw ProvisioningError(.invalid, "only a URL has a sha512: give a sha256")
            }
            guard sha512.utf8.count == 128, sha512.allSatisfy({ "0123456789abcdef".contains($0) }) else {
                throw ProvisioningError(
                    .invalid, "'\(sha512)' is no SHA-512 digest: 128 lower-case hexadecimal digits")
            }
        }
    }

    /// What the ticket of a task is sealed for.
    static func context(_ task: String) -> String { "ticket of \(task)" }

    /// Whether it is a manifest with chunks beside it.
    var isChunked: Bool {
        switch source {
        case .object, .region: format == Self.chunked
        case .file, .url, .upload: false
        }
    }

    /// - Parameter path: of the upload or the object, where the source is one.
    func importRequest(path: String) throws -> ImportRequest {
        guard let format = DiskImageFormat(name: format) else {
            let names = DiskImageFormat.all.map(\.name).joined(separator: ", ")
            throw ProvisioningError(.invalid, "'\(self.format)' is no format: \(names)")
        }
        guard let compression = Compression(rawValue: compression) else {
            throw ProvisioningError(.invalid, "'\(self.compression)' is no compression: none, gz, xz or zst")
        }
        let from: ImportRequest.Source =
            switch source {
            case .file(let file): .file(file)
            case .url(let url): .url(url)
            case .upload, .object, .region: .file(path)
            }
        return ImportRequest(
            source: from, format: format, compression: compression, sha256: sha256, sha512: sha512,
            diskSize: diskSize)
    }

    private static func channel(_ text: String) throws -> ReleaseChannel {
        guard let channel = ReleaseChannel(rawValue: text) else {
            throw ProvisioningError(.invalid, "'\(text)' is no channel to publish in: stable or candidate")
        }
        return channel
    }

    private static func checked(_ origin: ImageOrigin) throws -> ImageOrigin {
        guard ResourceName.isValid(origin.recipe) else {
            throw ProvisioningError(.invalid, "'\(origin.recipe)' is no recipe's name: \(ResourceName.rule)")
        }
        guard (1...2048).contains(origin.source.utf8.count), (1...200).contains(origin.fingerprint.utf8.count) else {
            throw ProvisioningError(.invalid, "an origin has a source of 1 to 2048 bytes and a fingerprint of 1 to 200")
        }
        return origin
    }

    private static func source(_ text: String) throws -> Source {
        if text.hasPrefix("/") { return .file(text) }
        if text.hasPrefix("upload:") { return .upload(String(text.dropFirst("upload:".count))) }
        if text.hasPrefix("region:") {
            let parts = text.dropFirst("region:".count).split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let digest = ChunkDigest(parts[1]) else {
                throw ProvisioningError(.invalid, "'\(text)' is no region's image: region:KEY/DIGEST")
            }
            return .region(key: KeyID(rawValue: String(parts[0])), manifest: digest)
        }
        if text.hasPrefix("s3://") {
            let parts = text.dropFirst("s3://".count).split(separator: "/", maxSplits: 1)
            guard parts.count == 2, ExportDesk.isBucket(String(parts[0])), parts[1].utf8.count <= 1024 else {
                throw ProvisioningError(.invalid, "'\(text)' is no object: s3://BUCKET/KEY")
            }
            return .object(bucket: String(parts[0]), key: String(parts[1]))
        }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw ProvisioningError(
                .invalid,
                "'\(text)' is neither an http or https URL, nor s3://BUCKET/KEY, upload:ID or an absolute path on the server"
            )
        }
        let authority = text.split(separator: "://", maxSplits: 1).last?.prefix { !"/?#".contains($0) }
        guard authority?.contains("@") != true else {
            throw ProvisioningError(.invalid, "a URL with a user or a password would be recorded: use one without")
        }
        return .url(text)
    }
}
