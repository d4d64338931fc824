package import NIOCore
package import NetworkTypes

/// What a GRUB that was started over TFTP reads: its configuration, which is the same for all hosts, and the script of
/// its host, which is decided anew each time.
package struct GRUBFiles: BootFileProviding {
    /// Debian's signed GRUB reads the second where it can open it, else the first.
    private static let configurations: Set = ["grub/grub.cfg", "grub/x86_64-efi/grub.cfg"]
    /// A MAC address follows.
    private static let hosts = "grub/host/"

    private let configuration: ByteBuffer
    private let script: @Sendable (_ mac: MACAddress, _ server: IPv4Address) async throws -> String

    /// - Parameters:
    ///   - configuration: what leads a GRUB to the script of its host.
    ///   - script: the script for the host with this NIC; `server` is the address of ours that it asked.
    package init(
        configuration: String,
        script: @escaping @Sendable (_ mac: MACAddress, _ server: IPv4Address) async throws -> String
    ) {
        self.configuration = ByteBuffer(string: configuration)
        self.script = script
    }

    package func contents(of name: String, at server: IPv4Address) async throws -> ByteBuffer? {
        if Self.configurations.contains(name) { return configuration }
        guard name.hasPrefix(Self.hosts), let mac = MACAddress(name.dropFirst(Self.hosts.count)) else { return nil }
        return ByteBuffer(string: try await script(mac, server))
    }
}
