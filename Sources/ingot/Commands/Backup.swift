import ArgumentParser
import FoundationEssentials
import Glibc
import ImageFormat
import Store

/// `ingot backup`
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes database, keys, administrator's token and the images' manifests to one file.",
        discussion: """
            The server may run meanwhile. Image chunks are not part of it: they never change once written, so copy the \
            directory `images/chunks` of the data directory with any tool, after the backup. The file holds private keys: it \
            is written with mode 0600, keep it so.
            """)

    @OptionGroup var location: DataDirectoryOptions
    @Argument(help: "The file to write, a tar archive. It must not exist.") var file: String

    func run() async throws {
        let data = try location.installation()
        guard !FileManager.default.fileExists(atPath: file) else { throw CommandError("\(file) exists already") }
        umask(0o077)
        let scratch = try ScratchDirectory(beside: file)
        let store = try Store(path: data.database)
        try await store.backup(to: scratch.path + "/ingot.sqlite")
        try store.close()
        try copyManifests(of: data, to: scratch.path + "/manifests")
        let partial = scratch.path + "/archive"
        try await Archive.create(
            partial,
            members: [
                (scratch.path, "ingot.sqlite"), (data.path, "keys"), (data.path, "admin-token"),
                (scratch.path, "manifests"),
            ])
        try Durable.move(partial, to: file)
        print("wrote \(file)")
    }

    /// One that goes meanwhile is no revision's any more.
    private func copyManifests(of data: DataDirectory, to target: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        guard files.fileExists(atPath: data.manifests) else { return }
        for name in try files.contentsOfDirectory(atPath: data.manifests) where ChunkDigest(name) != nil {
            guard let manifest = files.contents(atPath: "\(data.manifests)/\(name)") else { continue }
            try manifest.write(to: URL(filePath: "\(target)/\(name)"))
        }
    }
}

/// `ingot restore`
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings database, keys, token and manifests of a backup back.",
        discussion: "Into a data directory without a database, and while no server runs on it.")

    @OptionGroup var location: DataDirectoryOptions
    @Argument(help: "The file that `ingot backup` wrote.") var file: String

    func run() async throws {
        let data = try location.directory()
        umask(0o077)
        let lock = try data.claim()
        for path in [data.database, data.keys, data.adminToken] where FileManager.default.fileExists(atPath: path) {
            throw CommandError("\(path) exists already: restore goes into an empty data directory, nothing was changed")
        }
        let scratch = try ScratchDirectory(beside: data.database)
        try await Archive.extract(file, into: scratch.path)
        guard FileManager.default.fileExists(atPath: scratch.path + "/ingot.sqlite"),
            FileManager.default.fileExists(atPath: scratch.path + "/keys")
        else { throw CommandError("\(file) is not a backup of Ingot: nothing was changed") }
        // Opening it brings the schema of an older version up to date, and refuses what is no database.
        let store = try Store(path: scratch.path + "/ingot.sqlite")
        try store.close()
        try restoreManifests(scratch.path + "/manifests", to: data.manifests)
        try Durable.move(scratch.path + "/keys", to: data.keys)
        try Durable.move(scratch.path + "/admin-token", to: data.adminToken)
        try Durable.move(scratch.path + "/ingot.sqlite", to: data.database)
        print("restored \(data.path)")
        _ = consume lock
    }

    /// Those that are there already, such as those of a copy of `images`, stay. Older backups have none.
    private func restoreManifests(_ source: String, to target: String) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: source) else { return }
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: source)
        where !files.fileExists(atPath: "\(target)/\(name)") {
            try Durable.move("\(source)/\(name)", to: "\(target)/\(name)")
        }
    }
}

/// Which installation a command works on that does not go through the API.
struct DataDirectoryOptions: ParsableArguments {
    @Option(help: "The server's configuration; its `data` names the directory.") var config: String?
    @Option(help: "The data directory; goes before --config. Without both /var/lib/ingot.") var data: String?

    /// The directory, whatever is in it.
    func directory() throws -> DataDirectory {
        if let data { return DataDirectory(path: data) }
        if let config { return DataDirectory(path: try ServerConfiguration.load(config).data) }
        return DataDirectory(path: "/var/lib/ingot")
    }

    /// The directory of an installation. Throws where it holds no database.
    func installation() throws -> DataDirectory {
        let data = try directory()
        guard FileManager.default.fileExists(atPath: data.database) else {
            throw CommandError("\(data.path) holds no database: name the data directory with --data or --config")
        }
        return data
    }
}
