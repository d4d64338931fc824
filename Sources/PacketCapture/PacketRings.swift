package import NetworkTypes
import Synchronization

/// The newest packets of each MAC address, in memory only.
package final class PacketRings: Sendable {
    private struct Entry {
        var ring = PacketRing()
        /// The number of its newest packet.
        var newest = 0
    }

    private struct Entries {
        var entries: [MACAddress: Entry] = [:]
        /// Packets ever kept.
        var count = 0

        /// Forgets a tenth of the MAC addresses at once: looking for the oldest one has its price.
        mutating func makeRoom() {
            let oldest = entries.sorted { $0.value.newest < $1.value.newest }.prefix(max(entries.count / 10, 1))
            for (mac, _) in oldest { entries[mac] = nil }
        }
    }

    private let limits: CaptureLimits
    private let state = Mutex(Entries())

    package init(limits: CaptureLimits = CaptureLimits()) { self.limits = limits }

    /// Keeps a packet from or to a host.
    package func record(_ packet: CapturedPacket, of host: MACAddress) {
        state.withLock { state in
            if state.entries[host] == nil, state.entries.count >= limits.macs { state.makeRoom() }
            state.count += 1
            state.entries[host, default: Entry()].ring.append(packet, limits: limits)
            state.entries[host]?.newest = state.count
        }
    }

    /// The packets of these MAC addresses, oldest first.
    package func packets(of macs: [MACAddress]) -> [CapturedPacket] {
        let found = state.withLock { state in macs.flatMap { state.entries[$0]?.ring.packets ?? [] } }
        return found.sorted { ($0.seconds, $0.microseconds) < ($1.seconds, $1.microseconds) }
    }

    /// The packets of these MAC addresses as a pcap file; nil where there are none.
    package func pcapFile(of macs: [MACAddress]) -> [UInt8]? {
        let packets = packets(of: macs)
        return packets.isEmpty ? nil : PcapFile.encode(packets)
    }
}
