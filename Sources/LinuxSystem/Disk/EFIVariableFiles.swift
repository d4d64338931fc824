import Glibc

/// UEFI's global variables, as efivarfs shows them: one file each, four octets of attributes before the value.
package struct EFIVariableFiles: Sendable {
    private let directory: String

    /// EFI_GLOBAL_VARIABLE (UEFI 2.10, section 3.3).
    private static let vendor = "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    /// Kept without power, seen by the firmware's boot manager and by systems.
    private static let attributes: [UInt8] = [7, 0, 0, 0]

    package static let standardDirectory = "/sys/firmware/efi/efivars"

    /// - Parameter directory: where efivarfs is mounted; it is mounted there if the directory is empty.
    package init(directory: String = Self.standardDirectory) throws(DiskError) {
        self.directory = directory
        if try names().isEmpty && directory == Self.standardDirectory {
            try Mount.mount("efivarfs", on: directory, type: "efivarfs")
        }
    }

    /// The names of the variables.
    package func names() throws(DiskError) -> [String] {
        guard let stream = opendir(directory) else { throw DiskError("list \(directory)", code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(Self.vendor) { names.append(String(name.dropLast(Self.vendor.count))) }
        }
        return names.sorted()
    }

    /// A variable's value; nil if there is none.
    package func read(_ name: String) throws(DiskError) -> [UInt8]? {
        let file = open(path(name), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw DiskError("open the EFI variable \(name)", code: errno)
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        var bytes: [UInt8] = []
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw DiskError("read the EFI variable \(name)", code: errno) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard bytes.count >= 4 else {
            throw DiskError(
                "read the EFI variable \(name)", detail: "it has \(bytes.count) octets, at least 4 expected")
        }
        return Array(bytes.dropFirst(4))
    }

    /// Sets a variable; efivarfs takes it in one write only.
    package func write(_ name: String, _ value: [UInt8]) throws(DiskError) {
        let file = open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw DiskError("open the EFI variable \(name)", code: errno) }
        defer { close(file) }
        let bytes = Self.attributes + value
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else {
            throw DiskError("write the EFI variable \(name)", code: count < 0 ? errno : EIO)
        }
    }

    package func remove(_ name: String) throws(DiskError) {
        guard unlink(path(name)) == 0 || errno == ENOENT else {
            throw DiskError("remove the EFI variable \(name)", code: errno)
        }
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)\(Self.vendor)" }
}
