import FoundationEssentials
import Glibc

/// What `make test` built before: programs, boot files, stage, image.
enum Artifacts {
    static let root = String(#filePath.dropLast("/Tests/EndToEndTests/Artifacts.swift".count))

    static func program(_ name: String) throws -> String { try existing("\(root)/.build/release/\(name)") }

    static func stage() throws -> String {
        _ = try existing("\(root)/.cache/stage/initramfs")
        return "\(root)/.cache/stage"
    }

    static func bootFiles() throws -> String {
        _ = try existing("\(root)/tftp-root/undionly.kpxe")
        return "\(root)/tftp-root"
    }

    static let scripts = "\(root)/ipxe"

    /// The trimmed Debian image, raw.
    static func image() throws -> String { try existing("\(root)/.cache/images/debian-12-test.raw") }

    /// Its root file system as a tar archive, which can be imported.
    static func rootArchive() throws -> String { try existing("\(root)/.cache/images/debian-12-test.tar.zst") }

    private static func existing(_ path: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path) else {
            throw EndToEndError("\(path) is missing: `make test` builds it before it runs these tests")
        }
        return path
    }
}

/// Why an end-to-end test could not go on.
struct EndToEndError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
