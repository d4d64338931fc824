package import NetworkTypes

/// Chooses boot files by what DHCP tells of a client and what is known of its host: firmware gets iPXE, or shim and
/// signed GRUB where Secure Boot is or may be on, and iPXE gets the URL of its script. What the script does is decided
/// later, from the host's state.
package struct BootFilePolicy: Sendable {
    private let manifest: BootFileManifest
    private let httpPort: Int
    private let preferred: String
    private let rules: LoaderRules
    private let proxied: [IPv4Subnet]

    /// - Parameters:
    ///   - httpPort: the port of the boot listener on each boot network.
    ///   - preferred: the iPXE to hand out where several fit, such as `ipxe.efi` for firmware whose network driver does
    ///     not carry `snponly.efi`; where it does not fit, the manifest's first that does.
    ///   - rules: what operators say about hosts, models and subnets.
    ///   - proxied: where another server's ACK gives the address.
    package init(
        manifest: BootFileManifest, httpPort: Int, preferred: String = "snponly.efi",
        rules: LoaderRules = LoaderRules(), proxied: [IPv4Subnet] = []
    ) {
        self.manifest = manifest
        self.httpPort = httpPort
        self.preferred = preferred
        self.rules = rules
        self.proxied = proxied
    }

    /// The loaders that the client may get, or the one thing to say to it.
    package func choice(for request: BootRequest, knowing knowledge: LoaderKnowledge) -> LoaderChoice {
        if request.isIPXE {
            return .settled(.http(url: "\(origin(request))/boot/ipxe/\(request.mac.hyphenated)"))
        }
        if request.clientClass == .other {
            return .settled(.none(reason: "the client does not ask to boot (option 60)"))
        }
        // A PXE client from before option 93 is a BIOS client.
        let architecture = request.architecture ?? .x86BIOS
        let isOverHTTP = request.clientClass == .http || architecture.isHTTPBoot
        guard let target = BootTarget(architecture), !isOverHTTP || target.firmware == .uefi else {
            let detail = isOverHTTP ? " for HTTP boot" : ""
            return .settled(.none(reason: "\(architecture) (option 93) is unknown\(detail)"))
        }
        let fitting = manifest.files.filter {
            $0.loader.isFirst && $0.firmware == target.firmware && $0.architecture == target.processor
        }
        guard !fitting.isEmpty else {
            return .settled(
                .none(reason: "no boot file for \(architecture): the manifest of boot files names none"))
        }
        let ruled = rules.loaders(for: request, model: knowledge.model).filter { name in
            fitting.contains { $0.name == name }
        }
        var names: [String] = []
        let isProxied = proxied.contains { $0.contains(request.link) }
        let usual = standard(fitting, target.firmware, isOverHTTP, knowledge, isProxied: isProxied)
        for name in ruled + usual where !names.contains(name) {
            names.append(name)
        }
        guard !names.isEmpty else {
            return .settled(.none(reason: "Secure Boot is on, and no signed loader fits: let the host boot by PXE"))
        }
        return .offer(LoaderList(names: names, isRuled: !ruled.isEmpty, isOverHTTP: isOverHTTP))
    }

    /// What DHCP says where this loader is offered to the client.
    package func answer(offering name: String, isOverHTTP: Bool, to request: BootRequest) -> BootAnswer {
        isOverHTTP ? .http(url: "\(origin(request))/boot/files/\(name)") : .tftp(server: request.server, file: name)
    }

    /// The loaders where no operator said anything. Debian's signed GRUB knows no HTTP, so shim is of no use there.
    private func standard(
        _ fitting: [BootFile], _ firmware: FirmwareMode, _ isOverHTTP: Bool, _ knowledge: LoaderKnowledge,
        isProxied: Bool
    ) -> [String] {
        let signed = fitting.filter { $0.loader == .shim }.map(\.name)
        let ipxe = fitting.filter { $0.loader == .ipxe }.map(\.name)
        let unsigned = ipxe.filter { $0 == preferred } + ipxe.filter { $0 != preferred }
        switch (firmware, isOverHTTP, knowledge.secureBoot) {
        case (.bios, _, _): return unsigned
        case (.uefi, true, true?): return []
        case (.uefi, true, _): return unsigned
        case (.uefi, false, true?): return signed
        case (.uefi, false, false?): return unsigned + signed
        // Debian's GRUB takes its server from the ACK, which is another server's there.
        case (.uefi, false, nil) where isProxied: return Array(unsigned.prefix(1)) + signed + unsigned.dropFirst()
        case (.uefi, false, nil): return signed + unsigned
        }
    }

    private func origin(_ request: BootRequest) -> String { "http://\(request.server):\(httpPort)" }
}
