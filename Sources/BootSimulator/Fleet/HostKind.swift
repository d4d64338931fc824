/// What a simulated host is: four that boot to their greeting, and some that are broken on purpose.
package enum HostKind: String, CaseIterable, Hashable, Sendable {
    case biosPXE = "bios-pxe"
    case uefiPXE = "uefi-pxe"
    case uefiHTTP = "uefi-http"
    /// A network card with iPXE in its ROM.
    case ipxe
    case unknownArchitecture = "unknown-architecture"
    case ignoresOffer = "ignores-offer"
    case declines
    case missingFile = "missing-file"
    case stalls
    case malformed
    case wrongToken = "wrong-token"
    case releases
    case tinyMessages = "tiny-messages"
    /// The path to it drops large packets, as a switch port with too small an MTU does.
    case smallPackets = "small-packets"

    /// Those that boot to their greeting.
    package static let healthy: [HostKind] = [.biosPXE, .uefiPXE, .uefiHTTP, .ipxe]

    /// Those that are broken on purpose.
    package static let broken = allCases.filter { !healthy.contains($0) }

    /// The ending that a host of this kind must reach.
    package var expectedEnding: String {
        switch self {
        case .biosPXE, .uefiPXE, .uefiHTTP, .ipxe: "greets and waits"
        case .unknownArchitecture: "an address, no boot file"
        case .ignoresOffer: "an offer, nothing leased"
        case .declines: "another address"
        case .missingFile: "TFTP error 1"
        case .stalls: "the server ends the transfer"
        case .malformed: "no answer, the server lives"
        case .wrongToken: "greeting refused"
        case .releases: "released, offered again"
        case .tinyMessages: "answers of at most 548 octets"
        case .smallPackets: "the server gives large blocks up"
        }
    }
}
