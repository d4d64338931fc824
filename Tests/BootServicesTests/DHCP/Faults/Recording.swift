import FoundationEssentials
import Testing

/// What the firmware of a real machine says while it gets an address, and what it is answered, octet by octet.
///
/// The packets are seeds of the fuzz test of DHCP: a captured DISCOVER, and a REQUEST and a RELEASE made of it. The
/// answers are written out by hand from RFC 2131, RFC 2132 and PXE 2.1; these leave the order of the options free, and
/// the order here is the server's own, what is needed most first.
struct Recording: Sendable, CustomTestStringConvertible {
    struct Malformed: Error { var text: String }

    var name: String
    /// Its name in the fuzz test's seeds.
    var file: String
    /// The OFFER in hexadecimal digits, `00*4` for four octets of zero; what follows `#` is a comment.
    var golden: String

    static let all = [biosIPXE, uefiPXE, uefiHTTP]

    var testDescription: String { name }

    /// DISCOVER, REQUEST and RELEASE; each stands behind its length in two octets.
    func packets() throws -> [[UInt8]] {
        let root = String(#filePath.dropLast("Tests/BootServicesTests/DHCP/Faults/Recording.swift".count))
        let data = try Data(contentsOf: URL(filePath: root + "Fuzz/Corpus/FuzzDHCP/" + file))
        var rest = Array(data)[...]
        var packets: [[UInt8]] = []
        while let high = rest.popFirst() {
            guard let low = rest.popFirst(), rest.count >= Int(high) << 8 | Int(low) else {
                throw Malformed(text: "\(file) ends within a packet")
            }
            let count = Int(high) << 8 | Int(low)
            packets.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return packets
    }

    /// The OFFER.
    func offer() throws -> [UInt8] {
        var octets: [UInt8] = []
        for line in golden.split(separator: "\n") {
            for word in line.prefix(while: { $0 != "#" }).split(separator: " ") { octets += try Self.octets(word) }
        }
        return octets
    }

    /// The ACK: the OFFER with another value of its first option, the type.
    func acknowledgement() throws -> [UInt8] {
        var octets = try offer()
        guard octets.count > 242, octets[240...242] == [53, 1, 2] else { throw Malformed(text: golden) }
        octets[242] = 5
        return octets
    }

    private static func octets(_ word: Substring) throws -> [UInt8] {
        let parts = word.split(separator: "*")
        let digits = Array(parts[0])
        guard digits.count.isMultiple(of: 2), let count = parts.count == 2 ? Int(parts[1]) : 1 else {
            throw Malformed(text: String(word))
        }
        let octets = stride(from: 0, to: digits.count, by: 2).compactMap { index in
            UInt8(String(digits[index...index + 1]), radix: 16)
        }
        guard octets.count == digits.count / 2 else { throw Malformed(text: String(word)) }
        return Array(repeatElement(octets, count: count).joined())
    }

    static let biosIPXE = Recording(
        name: "SeaBIOS with the iPXE ROM", file: "seabios-with-the-ipxe-rom-lease",
        golden: """
            02 01 06 00 007e8807 0000 0000            # BOOTREPLY, Ethernet, hlen 6, hops 0, xid, secs 0, no flags
            00*4 0a4d000a 0a4d0001 00*4               # ciaddr, yiaddr 10.77.0.10, siaddr 10.77.0.1, giaddr
            525400123401 00*10                        # chaddr
            00*64                                     # sname
            # file: "http://10.77.0.1/boot/script.ipxe"
            687474703a2f2f31302e37372e302e312f626f6f742f7363726970742e69707865 00*95
            63825363                                  # the cookie
            35 01 02                                  # 53 message type: OFFER
            36 04 0a4d0001                            # 54 server identifier: 10.77.0.1
            33 04 00000258                            # 51 lease time: 600 s
            3a 04 0000012c                            # 58 T1: half
            3b 04 0000020d                            # 59 T2: seven eighths
            01 04 ffffff00                            # 1 netmask
            03 04 0a4d0001                            # 3 router
            06 04 0a4d0001                            # 6 DNS server
            0f 0b 6c61622e6578616d706c65              # 15 domain: "lab.example"
            # 67 boot file: "http://10.77.0.1/boot/script.ipxe"
            43 21 687474703a2f2f31302e37372e302e312f626f6f742f7363726970742e69707865
            61 11 0033221100554477668899aabbccddeeff  # 97 machine identifier, as it came
            1a 02 0578                                # 26 MTU: 1400
            2a 04 0a4d0001                            # 42 NTP server
            1c 04 0a4d00ff                            # 28 broadcast address
            e0 03 010203                              # 224 of the subnet's plan
            ff                                        # the end
            """)

    static let uefiPXE = Recording(
        name: "OVMF, PXE", file: "ovmf-pxe-lease",
        golden: """
            # BOOTREPLY, Ethernet, hlen 6, hops 0, xid, secs 0, the broadcast flag
            02 01 06 00 0dc26158 0000 8000
            00*4 0a4d000a 0a4d0001 00*4               # ciaddr, yiaddr 10.77.0.10, siaddr 10.77.0.1, giaddr
            525400123402 00*10                        # chaddr
            31302e37372e302e31 00*55                  # sname: "10.77.0.1"
            736e706f6e6c792e656669 00*117             # file: "snponly.efi"
            63825363                                  # the cookie
            35 01 02                                  # 53 message type: OFFER
            36 04 0a4d0001                            # 54 server identifier: 10.77.0.1
            33 04 00000258                            # 51 lease time: 600 s
            3a 04 0000012c                            # 58 T1: half
            3b 04 0000020d                            # 59 T2: seven eighths
            01 04 ffffff00                            # 1 netmask
            03 04 0a4d0001                            # 3 router
            06 04 0a4d0001                            # 6 DNS server
            0f 0b 6c61622e6578616d706c65              # 15 domain: "lab.example"
            43 0b 736e706f6e6c792e656669              # 67 boot file: "snponly.efi"
            42 09 31302e37372e302e31                  # 66 TFTP server: "10.77.0.1"
            61 11 0033221100554477668899aabbccddeeff  # 97 machine identifier, as it came
            1a 02 0578                                # 26 MTU: 1400
            2a 04 0a4d0001                            # 42 NTP server
            1c 04 0a4d00ff                            # 28 broadcast address
            e0 03 010203                              # 224 of the subnet's plan
            ff                                        # the end
            """)

    static let uefiHTTP = Recording(
        name: "OVMF, HTTP Boot", file: "ovmf-http-boot-lease",
        golden: """
            # BOOTREPLY, Ethernet, hlen 6, hops 0, xid, secs 0, the broadcast flag
            02 01 06 00 d0f6d07b 0000 8000
            00*4 0a4d000a 0a4d0001 00*4               # ciaddr, yiaddr 10.77.0.10, siaddr 10.77.0.1, giaddr
            525400123403 00*10                        # chaddr
            00*64                                     # sname
            # file: "http://10.77.0.1/snponly.efi"
            687474703a2f2f31302e37372e302e312f736e706f6e6c792e656669 00*100
            63825363                                  # the cookie
            35 01 02                                  # 53 message type: OFFER
            36 04 0a4d0001                            # 54 server identifier: 10.77.0.1
            33 04 00000258                            # 51 lease time: 600 s
            3a 04 0000012c                            # 58 T1: half
            3b 04 0000020d                            # 59 T2: seven eighths
            01 04 ffffff00                            # 1 netmask
            03 04 0a4d0001                            # 3 router
            06 04 0a4d0001                            # 6 DNS server
            0f 0b 6c61622e6578616d706c65              # 15 domain: "lab.example"
            # 67 boot file: "http://10.77.0.1/snponly.efi"
            43 1c 687474703a2f2f31302e37372e302e312f736e706f6e6c792e656669
            3c 0a 48545450436c69656e74                # 60 vendor class: "HTTPClient"
            61 11 0033221100554477668899aabbccddeeff  # 97 machine identifier, as it came
            1a 02 0578                                # 26 MTU: 1400
            2a 04 0a4d0001                            # 42 NTP server
            1c 04 0a4d00ff                            # 28 broadcast address
            e0 03 010203                              # 224 of the subnet's plan
            ff                                        # the end
            """)
}
