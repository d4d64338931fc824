import AgentProtocol
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Boots that stop at the agent's greeting: firmware, loader, kernel and stage are real, nothing is written.
    @Suite struct GreetingTests {
        @Test func aHostWithNVMeGreetsAfterUEFIHTTPBoot() async throws {
            let host = HostConfiguration(
                name: "http", firmware: .uefiHTTP, disks: [DiskConfiguration(kind: .nvme, serial: "NVME-1")])
            try await Laboratory.run("greeting-http", hosts: [host]) { server in
                let inventory = try await greeting(of: server.rack.host("http"), server: server)
                #expect(inventory.firmware == .uefi)
                let disk = try #require(inventory.disks.first)
                #expect(disk.serial == "NVME-1" && disk.transport == .nvme)
                #expect(try await server.hosts().first?.state == .discovered)
            }
        }

        @Test func hostsWithE1000eAndAHCIAndMegaRAIDGreetAfterBIOSPXE() async throws {
            let sata = HostConfiguration(
                name: "sata", firmware: .bios, nics: [NICConfiguration(model: .e1000e)],
                disks: [DiskConfiguration(kind: .ahci, serial: "SATA-1")])
            let raid = HostConfiguration(
                name: "raid", firmware: .bios, disks: [DiskConfiguration(kind: .megaraid, serial: "RAID-1")])
            try await Laboratory.run("greeting-bios", hosts: [sata, raid]) { server in
                async let first = greeting(of: server.rack.host("sata"), server: server)
                async let second = greeting(of: server.rack.host("raid"), server: server)
                let (sata, raid) = try await (first, second)
                #expect(sata.firmware == .bios && sata.disks.first?.serial == "SATA-1")
                #expect(sata.nics.first?.driver == "e1000e" && sata.disks.first?.transport == .sata)
                #expect(raid.disks.first?.serial == "RAID-1")
                #expect(raid.nics.first?.driver == "virtio_net")
            }
        }

        /// Not one block of the disk holds anything: nobody has written it, zeros neither.
        private func expectBlank(_ disk: VirtualDisk, server: IngotServer) async throws {
            let map = try await Tool.run(
                "qemu-img", ["map", "--output=json", "-f", disk.configuration.format.rawValue, disk.file])
            #expect(map.contains("\"data\": false") && !map.contains("\"data\": true"), "\(map)")
        }

        /// Powers the host on and returns what its stage reported. The blank disk must still be blank.
        private func greeting(of host: VirtualHost, server: IngotServer) async throws -> Inventory {
            try await host.powerOn()
            let detail = try await server.waitForHost(host, timeout: .seconds(240))
            try await host.powerOff()
            for disk in host.disks { try await expectBlank(disk, server: server) }
            return try #require(detail.inventory)
        }
    }
}

/// All end-to-end tests, one after the other: they share two cores.
@Suite(.serialized) struct EndToEnd {}
