import FoundationEssentials
import Glibc

/// A disk of a host, seen from outside.
package struct VirtualDisk: Hashable, Sendable {
    package let host: VirtualHost
    package let index: Int
    package let configuration: DiskConfiguration

    /// The file with the disk's content, in its format.
    package var file: String { host.files.disk(index, configuration.format) }

    /// The log of all writes; only recorded disks have one, from the first power-on on.
    package var writeLog: String { host.files.writeLog(index) }

    /// Copies the content into a sparse raw file. The host must be off or paused: QEMU has written everything out then.
    package func export(to raw: String) async throws {
        try await Tool.run(
            "qemu-img",
            [
                "convert", "--force-share", "-f", configuration.format.rawValue, "-O", "raw", file, raw,
            ])
    }

    /// Whether a write log exists that goes on at the next power-on. QEMU makes it at the first flush.
    var hasWriteLog: Bool {
        guard configuration.isRecorded, let reader = FileReader(writeLog) else { return false }
        return (try? reader.read(at: 0, count: 8).contains { $0 != 0 }) ?? false
    }

    /// Makes the disk's file: blank, or with the content of its image.
    func create() async throws {
        if let image = configuration.image { try await clone(image) } else { try await createBlank() }
        if configuration.isRecorded { try Data().write(to: URL(filePath: writeLog)) }
    }

    private func createBlank() async throws {
        try await Tool.run(
            "qemu-img", ["create", "-q", "-f", configuration.format.rawValue, file, "\(configuration.size)"])
    }

    private func clone(_ image: String) async throws {
        let information = try await Tool.run("qemu-img", ["info", "--output=json", image])
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(information.utf8))
        guard let format = value["format"]?.text, case .integer(let size)? = value["virtual-size"] else {
            throw RackError("\(image) is no disk image")
        }
        guard size <= configuration.size else {
            throw RackError("\(image) holds \(size) bytes, and the disk only \(configuration.size)")
        }
        switch configuration.format {
        case .qcow2:
            try await Tool.run(
                "qemu-img",
                ["create", "-q", "-f", "qcow2", "-b", image, "-F", format, file, "\(configuration.size)"])
        case .raw:
            try await Tool.run("qemu-img", ["convert", "-O", "raw", image, file])
            try await Tool.run("qemu-img", ["resize", "-q", "-f", "raw", file, "\(configuration.size)"])
        }
    }
}

extension VirtualHost {
    /// The disks in the order of the configuration.
    package var disks: [VirtualDisk] {
        configuration.disks.enumerated().map { VirtualDisk(host: self, index: $0, configuration: $1) }
    }
}
