import AgentProtocol
package import DiskFormats
package import ImageFormat
package import LinuxSystem

/// The boot loader of an installed system on its EFI system partition.
package struct BootLoader: Hashable, Sendable {
    /// Absolute, with slashes, from the root of the partition.
    package let path: String
    /// Whether the firmware finds a loader by itself, without a boot entry (UEFI 2.10, section 3.5.1.1).
    package let hasFallback: Bool

    private static let fallback = "/EFI/BOOT/BOOTX64.EFI"

    /// Looks for the distribution's own loader, then for the fallback. Blocks.
    package init(on partition: RootTree, os: OSFacts) throws {
        hasFallback = try Self.isFile(Self.fallback, partition)
        let own = os.id.flatMap { Self.isPlain($0) ? "/EFI/\($0)/shimx64.efi" : nil }
        if let own, try Self.isFile(own, partition) {
            path = own
        } else if hasFallback {
            path = Self.fallback
        } else {
            throw PhaseFailure(
                .imageUnfit,
                "the image's EFI system partition has neither \(own.map { "\($0) nor " } ?? "")\(Self.fallback)")
        }
    }

    /// The boot entry for this loader on `partition`.
    package func option(on partition: Partition) throws(PhaseFailure) -> EFILoadOption {
        guard let guid = GUID(partition.uniqueGUID), partition.lastLBA >= partition.firstLBA else {
            throw PhaseFailure(.imageUnfit, "the manifest's EFI system partition has no valid GUID or extent")
        }
        let file = String(path.map { $0 == "/" ? "\\" : $0 })
        return EFILoadOption(
            title: BootEntry.title,
            devicePath: EFIDevicePath(
                file: file, partition: partition.number, firstLBA: partition.firstLBA,
                sectors: partition.lastLBA - partition.firstLBA + 1, guid: guid))
    }

    private static func isFile(_ path: String, _ partition: RootTree) throws -> Bool {
        if case .file = try partition.entry(path)?.kind { return true }
        return false
    }

    private static func isPlain(_ id: String) -> Bool {
        !id.isEmpty && id != "." && id != ".." && !id.contains("/") && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
