import BootableDisk
import ImageFormat

/// The files that make an archive's system boot from the disk that it is put on.
struct RootAdditions: Sendable {
    private let files: [(path: String, bytes: [UInt8])]
    /// Written only where the archive has none.
    private let defaults: [(path: String, bytes: [UInt8])]

    /// Where a system without them would not start, and archives leave them out.
    private static let directories: [(path: String, mode: UInt16)] = [
        ("dev", 0o755), ("proc", 0o555), ("sys", 0o555), ("run", 0o755), ("tmp", 0o1777), ("etc", 0o755),
        ("boot/efi", 0o755),
    ]

    /// - Parameters:
    ///   - tree: the archive's own files.
    ///   - modules: GRUB's for BIOS, by name.
    init(
        _ tree: ArchiveTree, boot: BootFiles, grub: GrubConfiguration, identities: ImageIdentities,
        modules: [(name: String, bytes: [UInt8])]
    ) {
        func text(_ path: String) -> String? { tree.find(path)?.captured.map { String(decoding: $0, as: UTF8.self) } }
        let directory = String(grub.directory.dropFirst())
        let menu = grub.menu(kernel: boot.kernel, initramfs: boot.initramfs, title: "Linux \(boot.version)")
        let table = FileSystemTable.text(old: text("etc/fstab"), root: identities.root, esp: identities.esp)
        files =
            [("etc/fstab", Array(table.utf8)), ("\(directory)/grub.cfg", Array(menu.utf8))]
            + modules.map { ("\(directory)/i386-pc/\($0.name)", $0.bytes) }
        // Empty, not missing: systemd then makes an identity of its own, but does not take every service for a new one.
        var defaults = [
            ("etc/machine-id", [UInt8]()), ("etc/default/grub", Array(grub.defaults(distributor: "Linux").utf8)),
        ]
        if Self.wantsRelabelling(tree) { defaults.append((".autorelabel", [])) }
        self.defaults = defaults
    }

    /// Places everything; throws, naming the file, where that is impossible.
    func place(in tree: ArchiveTree) throws(ImportError) {
        for (path, mode) in Self.directories {
            try Self.named(path) { () throws(ArchiveProblem) in try tree.placeDirectory(path, mode: mode) }
        }
        for (path, bytes) in files {
            try Self.named(path) { () throws(ArchiveProblem) in try tree.place(path, bytes) }
        }
        for (path, bytes) in defaults where tree.find(path, followsLast: false) == nil {
            try Self.named(path) { () throws(ArchiveProblem) in try tree.place(path, bytes) }
        }
    }

    private static func named(_ path: String, _ body: () throws(ArchiveProblem) -> Void) throws(ImportError) {
        do {
            try body()
        } catch {
            throw .undeployable("/\(path) cannot be written in its root file system: \(error.reason)")
        }
    }

    /// Whether SELinux would find files without labels: the archive brings none, so that the system sets them at its first start.
    private static func wantsRelabelling(_ tree: ArchiveTree) -> Bool {
        guard tree.find("etc/selinux/config") != nil, tree.find("usr/sbin/setfiles") != nil else { return false }
        return tree.find("usr/bin")?.attributes.extended["security.selinux"] == nil
    }
}
