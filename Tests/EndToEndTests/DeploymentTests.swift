import AgentProtocol
import DiskFormats
import FoundationEssentials
import Glibc
import ImageFormat
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Whole deployments: a bare host ends as a running system on its own disk.
    @Suite struct DeploymentTests {
        /// A tar archive of a root file system becomes the disk of a host with UEFI PXE in the firmware's own network stack,
        /// Secure Boot and DHCP; a data disk beside stays untouched. Paused after `verify`, the disk is compared with the
        /// manifest; in the end it is read from outside, and booted again over the network.
        @Test func aSecureBootHostRunsAnImportedRootFileSystemFromItsOwnDisk() async throws {
            let configuration = HostConfiguration(
                name: "secure", firmware: .uefiSecureBoot,
                disks: [
                    DiskConfiguration(kind: .virtioBlock, size: 2 << 30, serial: "DATA-1", format: .raw),
                    DiskConfiguration(kind: .virtioBlock, size: 3 << 30, serial: "SYSTEM-1", format: .raw),
                ], memory: 1024)
            try await Laboratory.run("deploy-secure", hosts: [configuration]) { server in
                let host = try server.rack.host("secure")
                let dataDigest = try await fill(host.disks[0])
                let said = try await server.ingot("image", "import", Artifacts.rootArchive(), "--name", "debian")
                #expect(said.contains("Debian"), "\(said)")
                let key = try await server.makeSSHKey()
                let id = try await server.deploy(
                    host, ["--disk", "serial=SYSTEM-1", "--hostname", "db1", "--ssh-key", key + ".pub"])
                try await compareAfterVerify(server, host: host, id: id)
                let done = try await server.waitUntilDone(id, host: host)
                #expect(done.proof?.diskIdentity == "SYSTEM-1" && done.cloudInitErrors.isEmpty)
                #expect(try await server.verifiedReceipt(id).contains("\"\(id)\""))

                let shell = try await server.shell(to: host, key: key)
                try await shell.waitUntilReachable(timeout: .seconds(120))
                #expect(try await shell.run("hostname") == "db1\n")
                #expect(try await shell.run("cloud-init status").contains("done"))
                #expect(try await shell.run("findmnt -no SOURCE /").hasPrefix("/dev/vdb"))
                #expect(try await Int(shell.run("df --output=size -B1M / | tail -1").trimmed).map { $0 > 2500 } == true)
                try await expectBootEntry(shell)
                // Four octets of attributes, then 1 for on (UEFI 2.10, section 3.3).
                #expect(try await shell.run("od -An -v -tx1 \(Self.secureBoot)").trimmed.hasSuffix(" 01"))
                #expect(try await server.ingot("host", "show", "secure").contains(", Secure Boot on\n"))
                let log = try await server.ingot("deployment", "logs", id)
                #expect(log.contains("boot entry Boot") && !log.contains("takes no boot entry"))

                try await bootAgain(host, shell: shell)
                try await host.powerOff()
                try await expectSystem(on: host.disks[1], server: server, id: id, hostname: "db1")
                #expect(try await digest(of: host.disks[0]) == dataDigest)
            }
        }

        /// Stops the host where `verify` has ended and nothing was changed since, and compares the disk with the manifest.
        /// The stage goes on only when the server has taken note of a phase's end, so a stopped server holds it there.
        private func compareAfterVerify(_ server: IngotServer, host: VirtualHost, id: String) async throws {
            _ = try await server.waitForDeployment(id, "verify", host: host, timeout: .seconds(300)) {
                $0.deployment.phase == .verify
            }
            server.signal(SIGSTOP)
            _ = try await host.waitForSerial("verify: done", timeout: .seconds(300))
            try await host.pause()
            server.signal(SIGCONT)
            let raw = server.directory + "/paused.raw"
            try await host.disks[1].export(to: raw)
            try DiskComparison(server: server, raw: raw).expectManifest()
            try FileManager.default.removeItem(atPath: raw)
            try await host.resume()
        }

        /// Has the firmware boot from the network once more: GRUB must lead the host to its own disk all the same.
        private func bootAgain(_ host: VirtualHost, shell: SecureShell) async throws {
            let before = try await shell.run("cat /proc/sys/kernel/random/boot_id")
            _ = try await shell.run("sudo sh -c '\(Self.bootsNetworkNext)'")
            let position = host.serialPosition
            _ = try await shell.attempt("sudo systemctl reboot")
            _ = try await host.waitForSerial(
                "starting this host's own disk with /EFI/debian/shimx64.efi", after: position, timeout: .seconds(240))
            try await Task.sleep(for: .seconds(5))
            try await shell.waitUntilReachable(timeout: .seconds(300))
            #expect(try await shell.run("cat /proc/sys/kernel/random/boot_id") != before)
        }

        /// The firmware itself must have kept one entry for the system, directly behind the network's, and must have
        /// started the disk.
        private func expectBootEntry(_ shell: SecureShell) async throws {
            let lines = try await shell.run("sudo sh -c '\(Self.listsBootEntries)'").split(separator: "\n")
            func number(_ prefix: String) throws -> [String] {
                let line = try #require(lines.first { $0.hasPrefix(prefix) }, "\(lines)")
                // Two attribute words, then little-endian numbers of two octets.
                let bytes = line.dropFirst(prefix.count).split(separator: " ").dropFirst(4).map(String.init)
                return stride(from: 0, to: bytes.count - 1, by: 2).map { (bytes[$0 + 1] + bytes[$0]).uppercased() }
            }
            let order = try number("order")
            let entries = lines.filter { $0.hasPrefix("Boot") }
            let own = entries.filter { $0.contains("Ingot") }.map { $0.dropFirst(4).prefix(4) }
            let place = try #require(order.firstIndex { $0 == own.first ?? "" }, "\(lines)")
            #expect(own.count == 1 && place > 0 && order.filter { $0 == own[0] }.count == 1)
            let before = place > 0 ? order[place - 1] : ""
            #expect(entries.contains { $0.hasPrefix("Boot" + before) && $0.contains("PXEv4") }, "\(lines)")
            // The firmware may have an entry of its own for the disk in front of the network's, and use that.
            let current = try #require(number("current").first, "\(lines)")
            #expect(entries.contains { $0.hasPrefix("Boot" + current) && !$0.contains("MAC") }, "\(lines)")
        }

        private static let secureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

        /// Prints BootOrder and BootCurrent in hexadecimal octets, and what can be read of each entry.
        private static let listsBootEntries = """
            cd /sys/firmware/efi/efivars
            echo order $(od -An -v -tx1 BootOrder-*)
            echo current $(od -An -v -tx1 BootCurrent-*)
            for entry in Boot0???-*; do
              echo $(echo $entry | cut -c1-8) $(tr -d "\\000" <$entry | tr -c "[:alnum:]" " ")
            done
            """

        /// Sets BootNext (UEFI 2.10, section 3.3) to the firmware's PXE entry: attributes, then the entry's number.
        private static let bootsNetworkNext = """
            cd /sys/firmware/efi/efivars
            for entry in Boot0???-*; do
              if tr -d "\\000" <$entry | grep -aq PXEv4; then
                number=$(echo $entry | cut -c7-8)
                printf "\\007\\000\\000\\000\\\\$(printf %03o 0x$number)\\000" >BootNext-8be4df61-93ca-11d2-aa0d-00e098032b8c
                exit 0
              fi
            done
            exit 1
            """

        /// Reads the deployed disk from outside.
        private func expectSystem(
            on disk: VirtualDisk, server: IngotServer, id: String, hostname: String
        ) async throws {
            let raw = server.directory + "/after.raw"
            try await disk.export(to: raw)
            let comparison = DiskComparison(server: server, raw: raw)
            let table = try comparison.table()
            let last = try #require(table.partitions.max { $0.entry.lastLBA < $1.entry.lastLBA })
            #expect(last.entry.lastLBA + 2048 > table.lastUsableLBA)
            let seed = "/var/lib/cloud/seed/nocloud/"
            let metadata = try await comparison.file(seed + "meta-data", partition: last.entry)
            #expect(metadata.contains(id) && metadata.contains(hostname))
            let network = try await comparison.file(seed + "network-config", partition: last.entry)
            #expect(network.contains("version: 2") && network.contains(disk.host.macs[0].description))
            for name in ["meta-data", "user-data", "network-config"] {
                #expect(try await comparison.mode(of: seed + name, partition: last.entry) == "0600")
            }
            try FileManager.default.removeItem(atPath: raw)
        }

        /// Gives a disk content of its own; the digest of it.
        private func fill(_ disk: VirtualDisk) async throws -> String {
            try await Tool.run(
                "dd", ["if=/dev/urandom", "of=\(disk.file)", "bs=1M", "count=8", "conv=notrunc", "status=none"])
            return try await digest(of: disk)
        }

        private func digest(of disk: VirtualDisk) async throws -> String {
            try await Tool.run("openssl", ["dgst", "-sha256", "-r", disk.file])
        }
    }
}

extension String {
    var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}
