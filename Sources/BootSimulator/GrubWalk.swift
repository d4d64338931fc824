import NetworkTypes

// The way of a host that gets shim, which loads signed GRUB. All of it goes over TFTP.
extension HostWalk {
    private static let grub = "grubx64.efi"
    /// Where GRUB looks for its configuration: the first that is there.
    private static let configurations = ["grub/x86_64-efi/grub.cfg", "grub/grub.cfg"]
    private static let blockSize = 1024

    func isShim(_ file: String) -> Bool { file.split(separator: "/").last?.hasPrefix("shim") ?? false }

    /// Loads GRUB and its configuration, and reads the host's own; the stage's files are there.
    func grubScript(_ lease: HostLease) async throws -> StageScript {
        try await load(Self.grub, lease)
        guard try await mainConfiguration(lease).contains("host/$net_default_mac") else {
            throw SimulationError("GRUB's configuration does not lead to the one of its host")
        }
        let script = try StageScript(grub: try await text("grub/host/\(host.mac)", lease), mac: host.mac)
        for file in script.files {
            let download = TFTPDownload(file: file, blockSize: Self.blockSize, purpose: .size)
            let ending = try await transfer(download, lease).ending
            guard case .complete(let count) = ending, count > 0 else { throw SimulationError("\(file): \(ending)") }
        }
        return script
    }

    private func mainConfiguration(_ lease: HostLease) async throws -> String {
        for file in Self.configurations.dropLast() {
            if let found = try? await text(file, lease) { return found }
        }
        return try await text(Self.configurations[Self.configurations.count - 1], lease)
    }

    private func text(_ file: String, _ lease: HostLease) async throws -> String {
        let download = TFTPDownload(file: file, blockSize: Self.blockSize, purpose: .read)
        let fetched = try await transfer(download, lease)
        guard case .complete = fetched.ending else { throw SimulationError("\(file): \(fetched.ending)") }
        return String(decoding: fetched.contents, as: UTF8.self)
    }
}
