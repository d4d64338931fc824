import PreflightFacts

/// Whether firmware starts the image.
extension PreflightRule {
    static let firmwareRules = [firmwareMode, secureBoot]

    private static let firmwareMode = PreflightRule("firmware-mode") { subject in
        guard let host = subject.host, !subject.facts.firmware.modes.contains(host.firmware) else { return nil }
        let modes = subject.facts.firmware.modes.joined(separator: ", ")
        let reason =
            switch (host.firmware, subject.facts.firmware.hasSystemPartition) {
            case ("uefi", false): ": it has no EFI system partition"
            case ("uefi", true): ": its EFI system partition has no \\EFI\\BOOT\\BOOTX64.EFI"
            default: ""
            }
        return .doesNotFit(
            "\(host.name.map { "host \($0)" } ?? "the host") boots in \(host.firmware) mode, the image only in \(modes.isEmpty ? "none" : modes)\(reason)",
            "set the host's firmware to another mode, or take an image that boots in both")
    }

    private static let secureBoot = PreflightRule("secure-boot") { subject in
        guard let host = subject.host, host.hasSecureBoot, host.firmware == "uefi",
            subject.facts.firmware.isLoaderSigned == false
        else { return nil }
        return .doesNotFit(
            "the host's firmware has Secure Boot on, and the image's boot loader is not signed",
            "put a signed shim into \\EFI\\BOOT\\BOOTX64.EFI, or turn Secure Boot off")
    }
}
