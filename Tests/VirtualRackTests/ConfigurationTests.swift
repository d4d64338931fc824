import NetworkTypes
import Testing
import VirtualRack
import Yams

/// Configurations as operators write them.
@Suite struct ConfigurationTests {
    @Test func readsAWholeConfiguration() throws {
        let rack = try decode(
            """
            name: lab
            networks: [{name: boot, address: 10.9.0.1/16}, {name: data, address: 10.8.0.1/24}]
            hosts:
              - name: node1
                firmware: uefi-http
                memory: 768
                nics: [{model: e1000e, mac: "52:54:00:00:00:01"}, {network: data}]
                disks: [{kind: nvme, size: 20G, serial: X}, {kind: ahci, size: 1048576, recorded: true}]
              - name: node2
                firmware: bios
            """)
        #expect(rack.networks.map(\.address) == [IPv4Address(10, 9, 0, 1), IPv4Address(10, 8, 0, 1)])
        #expect(rack.networks[0].prefixLength == 16)
        let node = rack.hosts[0]
        #expect(node.firmware == .uefiHTTP && node.memory == 768)
        #expect(
            node.nics == [
                NICConfiguration(model: .e1000e, mac: MACAddress("52:54:00:00:00:01")),
                NICConfiguration(network: "data"),
            ])
        #expect(
            node.disks == [
                DiskConfiguration(kind: .nvme, size: 20 << 30, serial: "X"),
                DiskConfiguration(kind: .ahci, size: 1 << 20, format: .raw, isRecorded: true),
            ])
        #expect(rack.hosts[1].nics.count == 1 && rack.hosts[1].disks.count == 1)
    }

    @Test(arguments: [
        "name: Lab", "name: a/b", "name: ''", "name: lab\ncolour: red", "name: lab\nhosts: [{name: n, memery: 1}]",
        "name: lab\nhosts: [{name: n}, {name: n}]", "name: lab\nhosts: [{name: n, memory: 1}]",
        "name: lab\nnetworks: []", "name: lab\nnetworks: [{address: 10.0.0.1}]",
        "name: lab\nnetworks: [{name: much-too-long-a-name}]", "name: lab\nhosts: [{name: n, nics: [{network: x}]}]",
        "name: lab\nhosts: [{name: n, disks: [{size: 1000}]}]", "name: lab\nhosts: [{name: n, disks: [{size: 5X}]}]",
        "name: lab\nhosts: [{name: n, disks: [{kind: floppy}]}]",
        "name: lab\nhosts: [{name: n, nics: [{mac: '52:54:00:00:00:01'}, {mac: '52:54:00:00:00:01'}]}]",
        "name: lab\nhosts: [{name: n, disks: [{size: 99999999999999999999T}]}]",
    ])
    func refuses(configuration: String) {
        #expect(throws: (any Error).self) { try decode(configuration) }
    }

    @Test(arguments: [("1", UInt64(1)), ("4K", 4096), ("3M", 3 << 20), ("2G", 2 << 30), ("1T", 1 << 40)])
    func readsSizes(text: String, bytes: UInt64) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    private func decode(_ text: String) throws -> RackConfiguration {
        try YAMLDecoder().decode(RackConfiguration.self, from: text)
    }
}
