import UserAPI

/// What an export task carries out, as it is stored.
struct ExportOrder: Codable, Hashable, Sendable {
    enum Format: String, Codable, CaseIterable, Sendable {
        /// The raw disk in one zstd file.
        case rawZstd = "raw.zst"
        case qcow2
        /// Chunks, each an object, and the manifest: what is there already is not sent again.
        case chunked
    }

    var imageID: String
    var revision: Int
    var format: Format
    var credential: String
    var bucket: String
    /// What every key begins with: `backup/web-3`.
    var base: String
    /// What the keys of chunks begin with, which exports of one prefix share.
    var chunkPrefix: String

    /// The object that holds the disk; nil where chunks do.
    var diskKey: String? {
        switch format {
        case .rawZstd: base + ".raw.zst"
        case .qcow2: base + ".qcow2"
        case .chunked: nil
        }
    }

    var manifestKey: String { base + ".manifest.json" }

    /// Whether another order makes the same objects; the keys to the storage may have been exchanged in between.
    func makesSameObjects(as other: ExportOrder) -> Bool {
        var other = other
        other.credential = credential
        return other == self
    }

    static func chunkKey(_ digest: some CustomStringConvertible, prefix: String) -> String {
        let name = digest.description
        return "\(prefix)\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)"
    }
}
