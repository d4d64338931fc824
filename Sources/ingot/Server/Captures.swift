import HTTPServices
import NetworkTypes
import PacketCapture

/// The captured packets as the user API gives them out.
struct Captures: CaptureReading {
    let rings: PacketRings

    func pcapFile(of macs: [MACAddress]) -> [UInt8]? { rings.pcapFile(of: macs) }
}
