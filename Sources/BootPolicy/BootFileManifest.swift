public import FoundationEssentials

/// The catalogue of boot files: `manifest.json` of `tftp-root`. Nothing else is handed out or served from there.
public struct BootFileManifest: Hashable, Sendable {
    /// In order of preference.
    public let files: [BootFile]

    /// - Throws: `BootFileManifestError` for a name that comes twice or is no safe path, or a digest that is none.
    public init(files: [BootFile]) throws(BootFileManifestError) {
        var names: Set<String> = []
        for file in files {
            guard Self.isSafe(file.name) else {
                throw BootFileManifestError(
                    "'\(file.name)' is no name for a boot file: expected letters, digits, . _ -")
            }
            guard names.insert(file.name).inserted else {
                throw BootFileManifestError("'\(file.name)' is named twice")
            }
            if let digest = file.sha256, digest.utf8.count != 64 || !digest.utf8.allSatisfy(Self.isHexDigit) {
                throw BootFileManifestError("'\(file.name)': sha256 is not 64 lower-case hexadecimal digits")
            }
        }
        self.files = files
    }

    /// Reads the manifest's JSON.
    public init(json: Data) throws(BootFileManifestError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: json)
        } catch {
            throw BootFileManifestError("cannot be read: \(error)")
        }
        try self.init(files: document.files)
    }

    /// The names of all files.
    public var names: Set<String> { Set(files.map(\.name)) }

    /// Name -> path of all files when they lie below `root`.
    public func paths(below root: String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: files.map { ($0.name, "\(root)/\($0.name)") })
    }

    private struct Document: Decodable { var files: [BootFile] }

    /// A relative path whose components start with no dot and hold nothing that a shell, URL or log could misread.
    private static func isSafe(_ name: String) -> Bool {
        name.utf8.count <= 128
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
                !component.isEmpty && component.first != "."
                    && component.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
