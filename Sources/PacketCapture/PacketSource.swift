import CPcap
import Glibc
import NetworkTypes
import Synchronization

/// An open capture on one Ethernet interface. Sendable because one thread reads; `stop` may come from any, and what it
/// calls may, too (pcap_breakloop(3PCAP)).
package final class PacketSource: @unchecked Sendable {
    private let handle: OpaquePointer
    private let interface: String
    /// This machine's hardware address there.
    private let own: MACAddress
    private let stopped = Atomic<Bool>(false)

    /// For how long packets are gathered before a read returns the first, in milliseconds: waking for each would cost
    /// as much as answering it.
    private static let patience: Int32 = 200

    /// Opens in the network namespace of the calling thread; throws where there is no such Ethernet interface or the
    /// privilege is missing (CAP_NET_RAW).
    /// - Parameter httpPort: where hosts fetch boot files and images; of these connections only beginnings and ends are
    ///   captured.
    package static func open(interface: String, httpPort: Int) throws(PacketCaptureError) -> PacketSource {
        guard let own = hardwareAddress(of: interface) else {
            throw PacketCaptureError(interface, "there is no Ethernet interface of this name")
        }
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = pcap_create(interface, &message) else {
            let text = message.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }
            throw PacketCaptureError(interface, String(decoding: text, as: UTF8.self))
        }
        let source = PacketSource(handle: handle, interface: interface, own: own)
        try source.activate(filter: filter(httpPort: httpPort))
        return source
    }

    private init(handle: OpaquePointer, interface: String, own: MACAddress) {
        self.handle = handle
        self.interface = interface
        self.own = own
    }

    deinit { pcap_close(handle) }

    /// DHCP, ARP, the flags of HTTP connections, and TFTP: of a transfer's blocks and their acknowledgements, the first
    /// sixteen and every 64th.
    private static func filter(httpPort: Int) -> String {
        let dhcp = "port 67 or port 68 or port 4011"
        let block = "(udp[8:2] = 3 or udp[8:2] = 4) and udp[10:2] > 16 and udp[10:2] & 63 != 0"
        return "arp or (ip and udp and (\(dhcp) or not (port 53 or (\(block))))) or "
            + "(ip and tcp port \(httpPort) and tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0)"
    }

    private func activate(filter: String) throws(PacketCaptureError) {
        pcap_set_snaplen(handle, Int32(PcapFile.snapLength))
        pcap_set_promisc(handle, 0)
        pcap_set_timeout(handle, Self.patience)
        let status = pcap_activate(handle)
        guard status >= 0 else { throw failure(String(cString: pcap_statustostr(status))) }
        guard pcap_datalink(handle) == DLT_EN10MB else { throw failure("this is no Ethernet interface") }
        var program = bpf_program()
        guard pcap_compile(handle, &program, filter, 1, .max) == 0 else { throw failure("the filter was refused") }
        defer { pcap_freecode(&program) }
        guard pcap_setfilter(handle, &program) == 0 else { throw failure("the filter cannot be set") }
    }

    /// What libpcap says more about a failure, behind `what`.
    private func failure(_ what: String) -> PacketCaptureError {
        let detail = String(cString: pcap_geterr(handle))
        return PacketCaptureError(interface, detail.isEmpty ? what : "\(what) (\(detail))")
    }
}

// MARK: - Reading

extension PacketSource {
    /// True from `stop` on.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Ends a read that waits, and all that follow.
    func stop() {
        stopped.store(true, ordering: .relaxed)
        pcap_breakloop(handle)
    }

    /// Waits a moment for the next packet; nil where none came, or one that is no host's. Blocks.
    /// - Parameters:
    ///   - follows: whether the packets of this MAC address are wanted. Those of firmware and boot loaders are in any
    ///     case.
    ///   - heard: is told of a packet of another machine to DHCP clients, and of its sender.
    func next(
        follows: (MACAddress) -> Bool, heard: ([UInt8], MACAddress) -> Void
    ) throws(PacketCaptureError) -> (host: MACAddress, packet: CapturedPacket)? {
        var headerPlace: UnsafeMutablePointer<pcap_pkthdr>?
        var dataPlace: UnsafePointer<UInt8>?
        let status = pcap_next_ex(handle, &headerPlace, &dataPlace)
        guard status != 0, status != PCAP_ERROR_BREAK else { return nil }
        guard status == 1, let header = headerPlace, let data = dataPlace else { throw failure("reading failed") }
        let bytes = UnsafeBufferPointer(start: data, count: Int(header.pointee.caplen))
        let frame = EthernetFrame(bytes)
        if let (packet, sender) = frame.packetToDHCPClients(own: own) { heard(packet, sender) }
        guard let host = frame.host(own: own), follows(host) || frame.isOfBootClient else { return nil }
        let packet = CapturedPacket(
            seconds: UInt32(clamping: header.pointee.ts.tv_sec),
            microseconds: UInt32(clamping: header.pointee.ts.tv_usec), length: Int(header.pointee.len),
            bytes: Array(bytes.prefix(frame.keptLength)))
        return (host, packet)
    }

    /// The hardware address of an Ethernet interface (getifaddrs(3), packet(7)).
    private static func hardwareAddress(of interface: String) -> MACAddress? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return nil }
        defer { freeifaddrs(list) }
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr, Int32(address.pointee.sa_family) == AF_PACKET,
                String(cString: entry.ifa_name) == interface
            else { continue }
            // struct sockaddr_ll, which Swift does not import: sll_halen at octet 11, sll_addr from 12 on.
            let bytes = UnsafeRawBufferPointer(start: address, count: 20)
            return bytes[11] == 6 ? MACAddress(bytes[12..<18]) : nil
        }
        return nil
    }
}
