import NetworkTypes

/// Chooses boot files by what DHCP tells of a client: firmware gets iPXE, over TFTP or (UEFI HTTP Boot) HTTP, and iPXE
/// gets the URL of its script. What the script does is decided later, from the host's state.
public struct BootFilePolicy: BootFileChoosing {
    private let manifest: BootFileManifest
    private let httpPort: Int
    private let preferred: String

    /// - Parameters:
    ///   - httpPort: the port of the boot listener on each boot network.
    ///   - preferred: the file to hand out where several fit, such as `ipxe.efi` for firmware whose network driver does
    ///     not carry `snponly.efi`; where it does not fit, the manifest's first that does.
    public init(manifest: BootFileManifest, httpPort: Int, preferred: String = "snponly.efi") {
        self.manifest = manifest
        self.httpPort = httpPort
        self.preferred = preferred
    }

    public func answer(to request: BootRequest) -> BootAnswer {
        if request.isIPXE { return .http(url: "\(origin(request))/boot/ipxe/\(request.mac.hyphenated)") }
        if request.clientClass == .other { return .none(reason: "the client does not ask to boot (option 60)") }
        // A PXE client from before option 93 is a BIOS client.
        let architecture = request.architecture ?? .x86BIOS
        let overHTTP = request.clientClass == .http || architecture.isHTTPBoot
        guard let target = BootTarget(architecture), !overHTTP || target.firmware == .uefi else {
            return .none(reason: "\(architecture) (option 93) is unknown\(overHTTP ? " for HTTP boot" : "")")
        }
        guard let file = file(for: target) else {
            return .none(reason: "no boot file for \(architecture): the manifest of boot files names none")
        }
        return overHTTP
            ? .http(url: "\(origin(request))/boot/files/\(file.name)") : .tftp(server: request.server, file: file.name)
    }

    private func file(for target: BootTarget) -> BootFile? {
        let fitting = manifest.files.filter {
            $0.loader == .ipxe && $0.firmware == target.firmware && $0.architecture == target.processor
        }
        return fitting.first { $0.name == preferred } ?? fitting.first
    }

    private func origin(_ request: BootRequest) -> String { "http://\(request.server):\(httpPort)" }
}
