import CLinux
import Glibc
package import NetworkTypes

/// What firmware and kernel tell about this machine.
package struct Machine: Sendable {
    private let tree: SystemTree

    package init(tree: SystemTree = SystemTree()) { self.tree = tree }

    /// A DMI field such as `product_name`; nil where it is empty or one of the texts that boards leave unset.
    package func dmi(_ field: String) -> String? {
        guard let text = tree.text("/sys/class/dmi/id/\(field)") else { return nil }
        let words = text.split(separator: " ").joined(separator: " ")
        let unset = ["", "none", "not specified", "default string", "to be filled by o.e.m.", "system serial number"]
        return unset.contains(words.lowercased()) ? nil : words
    }

    /// The SMBIOS system UUID; nil where the board has none.
    package var systemUUID: SystemUUID? {
        dmi("product_uuid").flatMap { SystemUUID($0) }.flatMap { $0.isIdentifying ? $0 : nil }
    }

    package var firmware: FirmwareMode { tree.exists("/sys/firmware/efi") ? .uefi : .bios }

    /// Whether Secure Boot is on; nil in BIOS mode or where the variable cannot be read. Its value follows four octets of
    /// attributes (UEFI 2.10, section 3.3).
    package var secureBoot: Bool? {
        let name = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
        guard let bytes = tree.bytes("/sys/firmware/efi/efivars/\(name)"), bytes.count == 5 else { return nil }
        return bytes[4] == 1
    }

    /// Memory that the kernel can use, in bytes.
    package var memory: UInt64 { kilobytes(in: "/proc/meminfo", field: "MemTotal").map { $0 * 1024 } ?? 0 }

    /// Logical processors.
    package var processors: Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

    /// The most memory that this process ever had resident, in kB.
    package var peakMemory: UInt64? { kilobytes(in: "/proc/self/status", field: "VmHWM") }

    /// This boot's identity.
    package var bootID: String? { tree.text("/proc/sys/kernel/random/boot_id") }

    /// The kernel's command line.
    package var commandLine: String { tree.text("/proc/cmdline") ?? "" }

    /// The running kernel's version, as `uname -r` prints it.
    package var kernelRelease: String { tree.text("/proc/sys/kernel/osrelease") ?? "" }

    /// Seconds since the kernel started.
    package var uptime: Double {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func kilobytes(in path: String, field: String) -> UInt64? {
        let line = tree.text(path)?.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
    }
}

extension Machine {
    /// Writes everything out and starts the machine again. Returns only where the kernel refuses.
    package static func reboot() { _ = clinux_reboot() }

    /// Makes the EFI variables visible below `/sys`; nothing happens in BIOS mode or where they are already.
    package func mountFirmwareVariables() {
        if firmware == .uefi { _ = clinux_mount_efivars() }
    }

    /// Lets the kernel print only errors on its consoles, so that they do not break into progress lines.
    package static func quietenKernel() { _ = clinux_console_level(4) }
}
