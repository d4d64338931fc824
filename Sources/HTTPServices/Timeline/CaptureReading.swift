package import NetworkTypes

/// Gives out the packets that were kept of hosts.
package protocol CaptureReading: Sendable {
    /// The newest packets of these MAC addresses as a pcap file; nil where there are none.
    func pcapFile(of macs: [MACAddress]) -> [UInt8]?
}
