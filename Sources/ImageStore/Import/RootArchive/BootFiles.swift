import BootableDisk

/// What a root file system brings to boot with, found in the archive.
struct BootFiles {
    /// The kernel's version, and the names of kernel and initramfs in /boot.
    let version: String
    let kernel: String
    let initramfs: String
    /// The archive's own shim and GRUB; nil where it has none.
    let loader: SignedLoader?
    /// Where the system's own tools keep GRUB's menu.
    let grubDirectory: String

    /// How much of an entry is looked at, in bytes: all of small files that say what the system is, the front of kernels.
    static func wanted(_ path: [UInt8], size: UInt64) -> Int? {
        guard let parts = try? ArchiveTree.components(path).map({ String(decoding: $0, as: UTF8.self) }) else {
            return nil
        }
        let name = parts.joined(separator: "/")
        if name.hasPrefix("boot/vmlinuz-") { return headerSize }
        let isLoader =
            archiveLoaderPaths.contains(name)
            || parts.count == 5 && name.hasPrefix("boot/efi/EFI/") && vendorFiles.contains(parts[4])
        if isLoader { return size <= 16 << 20 ? Int(size) : nil }
        return ["etc/fstab", "etc/default/grub"].contains(name) && size <= 256 << 10 ? Int(size) : nil
    }

    /// The bytes up to the mark of the Linux/x86 boot protocol.
    private static let headerSize = 0x206
    private static let archiveLoaderPaths = [BootLoaderFile.shim, .grub, .mokTool].map { String($0.path.dropFirst()) }
    private static let vendorFiles = [BootLoaderFile.shim, .grub, .mokTool].map(\.rawValue)

    /// Throws with what is missing, and how to get it.
    init(_ tree: ArchiveTree) throws(ImportError) {
        let found = Self.kernels(tree)
        guard let newest = found.last else { throw .undeployable(Self.withoutKernel(tree)) }
        // The newest kernel that is whole; an unfinished one beside it may be what a removal left.
        guard let whole = found.last(where: { $0.missing == nil }), let initramfs = whole.initramfs else {
            throw .undeployable(newest.missing ?? "")
        }
        guard tree.find("sbin/init") != nil || tree.find("usr/lib/systemd/systemd") != nil else {
            throw .undeployable(
                "its root file system has no /sbin/init: install systemd, or another init, and pack it again")
        }
        version = whole.version
        kernel = "vmlinuz-\(whole.version)"
        self.initramfs = initramfs
        loader = Self.signedLoader(tree)
        let usesGrub2 = tree.find("boot/grub2") != nil || tree.find("usr/sbin/grub2-mkconfig") != nil
        grubDirectory = usesGrub2 && tree.find("boot/grub") == nil ? "/boot/grub2" : "/boot/grub"
    }

    private struct Kernel {
        let version: String
        let initramfs: String?
        /// What it lacks, as a sentence.
        let missing: String?
    }

    /// The kernels in /boot, the newest last.
    private static func kernels(_ tree: ArchiveTree) -> [Kernel] {
        guard let boot = tree.find("boot") else { return [] }
        let prefix = "vmlinuz-"
        return boot.children.compactMap { name, node -> String? in
            let text = String(decoding: name, as: UTF8.self)
            guard text.hasPrefix(prefix), node.isFile, !text.contains("rescue"), isPlain(text) else { return nil }
            return String(text.dropFirst(prefix.count))
        }.sorted { KernelVersion($0) < KernelVersion($1) }.map { kernel($0, boot, tree) }
    }

    private static func kernel(_ version: String, _ boot: ArchiveNode, _ tree: ArchiveTree) -> Kernel {
        let names = ["initrd.img-\(version)", "initramfs-\(version).img", "initrd-\(version)"]
        let initramfs = names.first { boot.children[Array($0.utf8)]?.isFile == true }
        let modules = tree.find("lib/modules/\(version)") ?? tree.find("usr/lib/modules/\(version)")
        let header = boot.children[Array("vmlinuz-\(version)".utf8)]?.captured ?? []
        var missing: String?
        if !header.suffix(4).elementsEqual(Array("HdrS".utf8)) {
            missing = "its kernel /boot/vmlinuz-\(version) is none for x86 computers, the only ones that are known"
        } else if initramfs == nil {
            missing =
                "it has no initramfs for its kernel \(version), neither of \(names.joined(separator: ", ")) in /boot: make one "
                + "(update-initramfs -c -k \(version), or dracut --no-hostonly --kver \(version)) and pack it again"
        } else if modules?.isDirectory != true || modules?.children.isEmpty == true {
            missing =
                "it has no modules for its kernel \(version) in /lib/modules/\(version): install the kernel's whole package and "
                + "pack it again"
        }
        return Kernel(version: version, initramfs: initramfs, missing: missing)
    }

    private static func withoutKernel(_ tree: ArchiveTree) -> String {
        let elsewhere = tree.find("usr/lib/modules")?.sortedChildren.first {
            $0.node.children[Array("vmlinuz".utf8)] != nil
        }
        if let elsewhere {
            let version = TarEntry.shown(elsewhere.name)
            return "its root file system has no kernel in /boot, but /usr/lib/modules/\(version)/vmlinuz: copy that to "
                + "/boot/vmlinuz-\(version), make its initramfs there, and pack it again"
        }
        return "its root file system has no kernel /boot/vmlinuz-VERSION, as those of containers: install one with its "
            + "initramfs (linux-image-amd64 and initramfs-tools, or kernel-core and dracut) and pack it again"
    }

    /// Whether GRUB reads a name as it stands.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || [0x2B, 0x2D, 0x2E, 0x5F].contains(byte)
        }
    }

    private static func signedLoader(_ tree: ArchiveTree) -> SignedLoader? {
        let vendors = tree.find("boot/efi/EFI")?.sortedChildren.map { String(decoding: $0.name, as: UTF8.self) } ?? []
        let debian = { (file: BootLoaderFile) in String(file.path.dropFirst()) }
        let places =
            [debian] + vendors.map { vendor in { (file: BootLoaderFile) in "boot/efi/EFI/\(vendor)/\(file.rawValue)" } }
        for place in places {
            guard let shim = tree.find(place(.shim))?.captured, let grub = tree.find(place(.grub))?.captured else {
                continue
            }
            let loader = SignedLoader(shim: shim, grub: grub, mokTool: tree.find(place(.mokTool))?.captured)
            if loader.vendor != nil { return loader }
        }
        return nil
    }
}
