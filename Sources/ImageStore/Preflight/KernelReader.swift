import NIOPosix
import PreflightFacts

/// Reads the kernels of a system: what drivers they have, and what is in the initramfs.
struct KernelReader: Sendable {
    let root: any FileSystemReading
    /// A file system of its own for `/boot`.
    let boot: @Sendable () async throws -> (any FileSystemReading)?
    let spool: SpoolDirectory
    let pool: NIOThreadPool
    let notes: ExaminationNotes

    /// As many kernels are told of, the newest ones.
    private static let kernelBound = 16
    private static let tableSize = 4 << 20
    private static let modules = "/lib/modules"

    /// Whether a file in `/boot` may be an initramfs, by its name.
    static func isInitramfs(_ name: String) -> Bool { name.hasPrefix("initr") }

    /// The names of a kernel's initramfs: Debian's, Fedora's, SUSE's.
    private static func initramfsNames(_ version: String) -> [String] {
        ["initrd.img-\(version)", "initramfs-\(version).img", "initrd-\(version)"]
    }

    /// All kernels, newest first, and what drivers the newest one has: boot loaders start that one.
    func read() async throws -> (facts: [KernelFacts], drivers: [KernelDrivers]) {
        let found = try await notes.trying("the kernels") { try await versions() } ?? []
        guard let newest = found.first else { return ([], []) }
        let (facts, drivers) = try await read(newest)
        return ([facts] + found.dropFirst().map { KernelFacts(version: $0) }, [drivers].compactMap { $0 })
    }

    /// The versions of the kernels that have modules, newest first.
    private func versions() async throws -> [String] {
        var found: [String] = []
        for name in try await root.directories(in: Self.modules) {
            if try await root.entry("\(Self.modules)/\(name)/modules.dep")?.kind == .file { found.append(name) }
        }
        return Array(found.sorted { KernelVersion($0) > KernelVersion($1) }.prefix(Self.kernelBound))
    }

    private func read(_ version: String) async throws -> (KernelFacts, KernelDrivers?) {
        let subject = "the initramfs of kernel \(version)"
        let file = try await notes.trying(subject) { try await initramfsFile(of: version) }
        var content: InitramfsContent?
        if let file {
            content = try await notes.trying(subject) { try await file.content(spool: spool, pool: pool) }
        }
        let modules = content?.modules(version: version)
        let tables = try await notes.trying("the drivers of kernel \(version)") { try await readTables(version) }
        return (
            KernelFacts(version: version, initramfs: file?.path, moduleCount: modules?.count),
            tables?.drivers(version: version, initramfs: modules, isWhole: content?.isWhole ?? true)
        )
    }

    /// Where the initramfs is.
    private func initramfsFile(of version: String) async throws -> InitramfsFile {
        for name in Self.initramfsNames(version) {
            if try await root.entry("/boot/\(name)")?.kind == .file {
                return InitramfsFile(files: root, path: "/boot/\(name)")
            }
        }
        guard let boot = try await boot() else { throw ExaminationError("it was not found") }
        for name in Self.initramfsNames(version) {
            if try await boot.entry("/\(name)")?.kind == .file { return InitramfsFile(files: boot, path: "/\(name)") }
        }
        throw ExaminationError("it was not found")
    }

    private func readTables(_ version: String) async throws -> DriverTables {
        func bytes(_ name: String) async throws -> [UInt8]? {
            try await root.bytes(of: "\(Self.modules)/\(version)/modules.\(name)", limit: Self.tableSize, spool: spool)
        }
        func text(_ name: String) async throws -> String {
            String(decoding: try await bytes(name) ?? [], as: UTF8.self)
        }
        let (dependencies, aliases) = (try await text("dep"), try await text("alias"))
        let builtin = try await text("builtin")
        let info = try await bytes("builtin.modinfo")
        return try await pool.runIfActive {
            try DriverTables(dependencies: dependencies, aliases: aliases, builtin: builtin, builtinInfo: info)
        }
    }
}

/// An initramfs in a file system.
private struct InitramfsFile: Sendable {
    let files: any FileSystemReading
    let path: String

    private static let sizeBound: UInt64 = 1 << 30

    func content(spool: SpoolDirectory, pool: NIOThreadPool) async throws -> InitramfsContent {
        try await spool.withFile { file in
            guard try await files.copy(path, into: file, limit: Self.sizeBound) else {
                throw ExaminationError("\(path) is no file")
            }
            return try await pool.runIfActive { try InitramfsContent.read(file.path) }
        }
    }
}
