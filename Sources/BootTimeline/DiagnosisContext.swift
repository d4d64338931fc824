package import NetworkTypes

/// What a diagnosis needs to know beside the events.
package struct DiagnosisContext: Hashable, Sendable {
    /// Whether an operator accepted the host; nil for a MAC address that is no host yet.
    package var isAccepted: Bool?
    /// The image of the host's newest deployment, while that is active or has failed: `debian-12 revision 3`.
    package var image: String?
    /// The firmware modes that this image boots in; empty where it does not say.
    package var imageFirmware: Set<FirmwareMode>

    package init(isAccepted: Bool? = nil, image: String? = nil, imageFirmware: Set<FirmwareMode> = []) {
        self.isAccepted = isAccepted
        self.image = image
        self.imageFirmware = imageFirmware
    }
}
