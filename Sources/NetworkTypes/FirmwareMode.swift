/// How a host's firmware starts it.
public enum FirmwareMode: String, Codable, Hashable, Sendable, CaseIterable {
    case bios
    case uefi
}
