import Crypto
import FoundationEssentials
import ImageFormat
import ImageStore
import NIOCore
import Testing

/// Stores in a scratch directory with an importer on them.
struct Fixture: Sendable {
    let scratch: Scratch
    let chunks: DirectoryChunkStore
    let manifests: DirectoryManifestStore
    let leases = ChunkLeases()
    let importer: ImageImporter
    let signer = TestSigner()

    /// - Parameter downloads: by default from the test's own server.
    init(
        limits: ImportLimits = ImportLimits(), inspector: any DiskInspecting = AnyDisk(),
        downloads: DownloadPolicy = DownloadPolicy(allowedHosts: ["127.0.0.1"]),
        resolver: any HostResolving = SystemResolver(), bootFiles: MachineBootFiles = MachineBootFiles()
    ) throws {
        scratch = try Scratch()
        chunks = try DirectoryChunkStore(path: scratch.path + "/chunks")
        manifests = try DirectoryManifestStore(path: scratch.path + "/manifests")
        importer = ImageImporter(
            chunks: chunks, manifests: manifests, leases: leases, inspector: inspector,
            spoolDirectory: scratch.path + "/spool", limits: limits,
            guarded: GuardedClient(policy: { downloads }, resolver: resolver), bootFiles: bootFiles)
    }

    func importFile(
        _ path: String, _ format: DiskImageFormat = .raw, _ compression: Compression = .none, sha256: String? = nil
    ) async throws -> ImportedImage {
        try await importer.importImage(
            ImportRequest(source: .file(path), format: format, compression: compression, sha256: sha256),
            signer: signer)
    }

    /// The disk that a manifest's chunks make, unpacked by another implementation.
    func disk(_ manifest: Manifest) async throws -> [UInt8] {
        var disk: [UInt8] = []
        for (index, digest) in manifest.chunks.enumerated() {
            let range = manifest.range(ofChunk: index)
            guard let digest else {
                disk.append(contentsOf: repeatElement(0, count: range.count))
                continue
            }
            let target = "chunk-\(index)"
            try await scratch.shell("zstd -q -d -f -o \(target) '\(chunks.path(of: digest))'")
            let plain = try scratch.read(target)
            #expect(ChunkDigest(of: plain) == digest)
            disk.append(contentsOf: plain)
        }
        return disk
    }

    /// Writes the disk that a manifest's chunks make into a sparse file of the scratch directory; returns its path.
    func diskFile(_ manifest: Manifest) async throws -> String {
        let writes = manifest.chunks.enumerated().compactMap { index, digest in
            digest.map {
                "zstd -q -d -c '\(chunks.path(of: $0))' | dd of=disk bs=1M seek=\(index) conv=notrunc iflag=fullblock status=none"
            }
        }
        _ = try scratch.write("make-disk", Array(writes.joined(separator: "\n").utf8))
        try await scratch.shell("rm -f disk && truncate -s \(manifest.diskSize) disk && bash -eu -o pipefail make-disk")
        return scratch.path + "/disk"
    }

    /// Files that an import may leave neither on success nor on failure.
    func litter() throws -> [String] {
        let spool = FileManager.default.fileExists(atPath: scratch.path + "/spool") ? try scratch.names("spool") : []
        return spool + (try scratch.names("manifests").filter { ChunkDigest($0) == nil })
    }

    /// Every chunk that the store has.
    func storedDigests() async throws -> Set<ChunkDigest> {
        var digests: Set<ChunkDigest> = []
        try await chunks.forEachDigest { digests.insert($0) }
        return digests
    }
}

/// Signs with a key of its own.
struct TestSigner: ManifestSigner {
    let key = Curve25519.Signing.PrivateKey()

    func sign(_ payload: Data) throws -> SignedDocument {
        SignedDocument(payload: payload, signature: try key.signature(for: payload), keyID: KeyID(of: key.publicKey))
    }

    var trusted: TrustedKeys { TrustedKeys([key.publicKey]) }
}

/// Takes every disk for a deployable one, so that tests of the transport need no file systems.
struct AnyDisk: DiskInspecting {
    func inspect(_ path: String) async throws -> DiskFacts {
        DiskFacts(
            sectorSize: 512, partitionTable: PartitionTable(label: "gpt", diskGUID: "", partitions: []),
            os: OSFacts(), firmware: ["bios"])
    }
}

/// Bytes that look random and are the same in every run.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

/// A disk of 3.5 MiB: data, a hole, data that ends in the middle of a chunk.
let sampleDisk: [UInt8] =
    noise(1 << 20) + [UInt8](repeating: 0, count: 1 << 20) + noise(1 << 20, seed: 2) + noise(1 << 19, seed: 3)
