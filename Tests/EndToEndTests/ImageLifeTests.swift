import Foundation
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// The life of an image by the command line alone, in two regions and with three accounts: the administrator publishes
    /// what `ingot image build` made, alice makes a private image of it, shares, copies, exports and removes it and brings it
    /// back, and bob deploys it.
    @Suite struct ImageLifeTests {
        /// The host: BIOS PXE, 512 MB of memory, static addresses on a VLAN on a bond of two NICs; every write is recorded, and
        /// the states that a power loss could have left are looked at and booted.
        @Test func anImageLivesInTwoRegionsAndItsHostSurvivesPowerLossAtAnyPoint() async throws {
            let lost = (1...3).map { number in
                HostConfiguration(
                    name: "lost\(number)", firmware: .bios,
                    disks: [DiskConfiguration(kind: .virtioBlock, size: 2 << 30, serial: "BIOS-1", format: .raw)],
                    bootsNetworkFirst: false)
            }
            let configuration = HostConfiguration(
                name: "bios", firmware: .bios, nics: [NICConfiguration(), NICConfiguration()],
                disks: [
                    DiskConfiguration(
                        kind: .virtioBlock, size: 2 << 30, serial: "BIOS-1", format: .raw, isRecorded: true)
                ], memory: 512)
            try await Laboratory.run("image-life", hosts: [configuration] + lost) { east in
                let west = try IngotServer(region: "west", rack: east.rack)
                try await west.start()
                let (alice, bob) = (try await east.user("alice"), try await east.user("bob"))
                let original = try await publish(east)
                try await makePrivate(alice, of: original)
                let share = try await share(alice, with: bob)

                let host = try east.rack.host("bios")
                try await deploy(to: host, by: bob, east)
                try await host.powerOff()

                try await copy(by: alice, to: west, original)
                try await exportAndBringBack(alice, ending: share, original)
                for region in [east, west] { try await region.expectClean() }
                try await west.kill()
                try await PowerLoss(server: east, host: host).check()
            }
        }

        /// The image that `ingot image build` made (`.ci/artifact image`), for everybody; the line of its manifest.
        private func publish(_ east: IngotServer) async throws -> String {
            try await east.importDebian()
            let said = try await east.ingot("image", "publish", "debian")
            #expect(said == "debian revision 1 is public, stable\n")
            return try await east.manifest(of: "debian")
        }

        /// What is public is taken away, packed otherwise, and brought in as somebody's own: the chunks are the same.
        private func makePrivate(_ alice: User, of original: String) async throws {
            let (raw, packed) = (alice.server.directory + "/debian.raw", alice.server.directory + "/debian.qcow2")
            #expect(try await alice("image", "download", "debian", "--output", raw).contains("every chunk as"))
            try await Tool.run("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, packed])
            try FileManager.default.removeItem(atPath: raw)
            _ = try await alice("image", "import", packed, "--name", "web")
            try FileManager.default.removeItem(atPath: packed)
            #expect(try await alice.manifest(of: "web") == original)
            #expect(try await alice("account").contains("member, 1 of 50 private images"))
        }

        /// The share's id.
        private func share(_ alice: User, with bob: User) async throws -> String {
            let server = alice.server
            try await server.expectFailure(
                ["image", "show", "alice:web"] + bob.arguments, "there is no image 'alice:web'")
            let share = String(try await alice("share", "offer", "web", "--to", "bob").prefix { $0 != ":" })
            #expect(try await bob("share", "accept", share) == "alice:web is accepted\n")
            return share
        }

        /// A bare host that is assigned to bob ends as a running system of the image that is shared with him.
        private func deploy(to host: VirtualHost, by bob: User, _ server: IngotServer) async throws {
            let key = try await server.makeSSHKey()
            let network = try server.file("network.yaml", bondWithVLAN(host))
            let capture = try await server.rack.startCapture(
                on: server.rack.configuration.networks[0], to: server.directory + "/vlan.pcap", filter: "vlan 20")
            try await host.powerOn()
            let detail = try await server.waitForHost(host, timeout: .seconds(300))
            try await server.ingot("host", "accept", detail.host.id, "--name", host.name)
            let order = [
                "deploy", host.name, "--image", "alice:web", "--hostname", "web1", "--ssh-key", key + ".pub",
                "--network", network,
            ]
            try await server.expectFailure(order + bob.arguments, "there is no host 'bios'")
            try await server.ingot("host", "assign", host.name, "--account", "bob")
            let id = String(try await bob.run(order).prefix { $0 != ":" })
            _ = try await server.waitUntilDone(id, host: host)
            let log = try await bob("deployment", "logs", id)
            let peak = try #require(log.firstMatch(of: /VmHWM (\d+) kB/).flatMap { Int($0.output.1) })
            #expect(peak <= 128 * 1024)

            let shell = SecureShell(
                rack: server.rack, address: IPv4Address(10, 77, 0, 50), user: "debian", key: key)
            try await shell.waitUntilReachable(timeout: .seconds(120))
            #expect(try await shell.run("hostname") == "web1\n")
            let bond = try await shell.run("cat /proc/net/bonding/bond0")
            #expect(bond.contains("active-backup") && bond.components(separatedBy: "Slave Interface").count == 3)
            #expect(try await shell.run("ip -o -4 address show storage").contains("10.20.0.5/24"))
            _ = try await shell.attempt("ping -c 3 -W 1 10.20.0.1")
            try await capture.end()
            let frames = try await Rack.frames(in: server.directory + "/vlan.pcap")
            #expect(frames.contains { $0.contains("vlan 20") && $0.contains("10.20.0.1") })
        }

        private func bondWithVLAN(_ host: VirtualHost) -> String {
            """
            bonds:
              - name: bond0
                members: [boot, \(host.macs[1])]
                mode: active-backup
                addresses: [10.77.0.50/24]
            vlans:
              - name: storage
                id: 20
                link: bond0
                addresses: [10.20.0.5/24]
            """
        }

        /// Into an account of the same person in the other region.
        private func copy(by alice: User, to west: IngotServer, _ original: String) async throws {
            let east = alice.server
            try await east.introduce(west, as: "west")
            try await west.introduce(east, as: "east")
            let there = try await west.user("alice")
            _ = try await alice("region", "login", "west", "--region-token-file", there.token)
            #expect(try await alice("image", "copy", "web", "--to", "west").contains("west: web@1"))
            #expect(try await there.manifest(of: "web") == original)
        }

        /// Exports the image, ends its share, removes it and brings it back.
        private func exportAndBringBack(_ alice: User, ending share: String, _ original: String) async throws {
            let storage = try await alice.server.startStorage(for: alice)
            let exported = try await alice("image", "export", "web", "--to", "s3://images", "--credential", "store")
            #expect(exported.contains("s3://images/web-1.raw.zst, SHA-256 "))
            #expect(try await alice("share", "revoke", share) == "\(share) is ended\n")
            _ = try await alice("image", "remove", "web")
            try await alice.server.expectFailure(
                ["image", "show", "web"] + alice.arguments, "there is no image 'web'")
            _ = try await alice(
                "image", "import", "s3://images/web-1.raw.zst", "--name", "web", "--credential", "store")
            #expect(try await alice.manifest(of: "web") == original)
            try await storage.kill()
        }
    }
}
