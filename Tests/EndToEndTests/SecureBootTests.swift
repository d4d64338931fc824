import AgentProtocol
import FoundationEssentials
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Hosts whose firmware starts nothing but what Microsoft signed.
    @Suite struct SecureBootTests {
        @Test func anUnknownHostGreetsOverShimAndGRUBAndReportsSecureBoot() async throws {
            try await Laboratory.run("secure-greeting", hosts: [Self.host()]) { server in
                let host = try server.rack.host("secure")
                try await host.powerOn()
                let detail = try await server.waitForHost(host, timeout: .seconds(300))
                let inventory = try #require(detail.inventory)
                #expect(inventory.secureBoot == true && inventory.firmware == .uefi)
                #expect(detail.host.state == .discovered)
                #expect(try await server.ingot("host", "show", detail.host.name).contains("Secure Boot on"))
                #expect(Self.log(of: server).contains("(grub): stage"))
                try await host.powerOff()
            }
        }

        @Test("T20: firmware that refuses an unsigned loader is offered shim after two attempts")
        func firmwareThatRefusesAnUnsignedLoaderIsOfferedShimAfterTwoAttempts() async throws {
            let mac = try #require(MACAddress("52:54:00:5b:00:01"))
            try await Laboratory.run("secure-fallback", hosts: [Self.host(mac: mac)]) { server in
                let quirks = server.directory + "/quirks.yaml"
                try Data("hosts: [{ mac: '\(mac)', loader: snponly.efi }]\n".utf8).write(to: URL(filePath: quirks))
                try await server.restart { "\($0)\nquirks: \(quirks)\n" }
                let host = try server.rack.host("secure")
                try await host.powerOn()
                for _ in 1...2 {
                    // What the firmware says of an image that it may not start; a blank disk is only not found.
                    let position = host.serialPosition
                    try await host.waitForSerial("Access Denied", after: position, timeout: .seconds(180))
                    #expect(!Self.log(of: server).contains("script for"))
                    #expect(Self.log(of: server).contains("'snponly.efi'"))
                    #expect(!Self.log(of: server).contains("'shimx64.efi'"))
                    try await host.reset()
                }
                let detail = try await server.waitForHost(host, timeout: .seconds(300))
                #expect(detail.inventory?.secureBoot == true)
                #expect(Self.log(of: server).contains("'shimx64.efi'"))

                // What the stage reported orders the loaders anew, and brings back none that was refused.
                let starts = Self.log(of: server).ranges(of: "(grub): stage").count
                let position = host.serialPosition
                try await host.reset()
                _ = try await server.poll(.seconds(300), "the next start over GRUB") { () async throws -> Bool? in
                    Self.log(of: server).ranges(of: "(grub): stage").count > starts ? true : nil
                }
                #expect(!host.serialText(after: position).contains("Access Denied"))
                try await host.powerOff()
            }
        }

        enum Change: String, CaseIterable {
            case oneBit = "changed"
            case noSignature = "unsigned"
        }

        @Test("T20: a kernel that somebody changed, or did not sign, is refused", arguments: Change.allCases)
        func aKernelThatNobodySignedIsRefused(change: Change) async throws {
            try await Laboratory.run("secure-kernel-\(change.rawValue)", hosts: [Self.host()]) { server in
                let stage = server.directory + "/stage"
                try Self.copyStage(to: stage, change)
                let shipped = try Artifacts.stage()
                try await server.restart { $0.replacing("stage: \(shipped)", with: "stage: \(stage)") }
                let host = try server.rack.host("secure")
                try await host.powerOn()
                try await host.waitForSerial("could not be loaded (try 3 of 3)", timeout: .seconds(300))
                #expect(host.serialText().contains("signature"))
                #expect(Self.log(of: server).contains("(grub): stage"))
                #expect(try await server.hosts().isEmpty)
                try await host.powerOff()
            }
        }

        @Test("T20: a GRUB that somebody changed is refused")
        func aGRUBThatSomebodyChangedIsRefused() async throws {
            try await Laboratory.run("secure-grub", hosts: [Self.host()]) { server in
                let shipped = try Artifacts.bootFiles()
                let files = server.directory + "/tftp-root"
                try FileManager.default.copyItem(atPath: shipped, toPath: files)
                try Self.changeOneBit(of: files + "/grubx64.efi")
                try await server.restart { $0.replacing("bootFiles: \(shipped)", with: "bootFiles: \(files)") }
                let host = try server.rack.host("secure")
                try await host.powerOn()
                try await host.waitForSerial("Verification failed", timeout: .seconds(300))
                #expect(!Self.log(of: server).contains("script for"))
                #expect(try await server.hosts().isEmpty)
                try await host.powerOff()
            }
        }

        private static func host(mac: MACAddress? = nil) -> HostConfiguration {
            HostConfiguration(
                name: "secure", firmware: .uefiSecureBoot, nics: [NICConfiguration(mac: mac)], memory: 1024)
        }

        /// The stage with its kernel changed.
        private static func copyStage(to directory: String, _ change: Change) throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let shipped = try Artifacts.stage()
            let initramfs = try Data(contentsOf: URL(filePath: shipped + "/initramfs"))
            try initramfs.write(to: URL(filePath: directory + "/initramfs"))
            let kernel = directory + "/vmlinuz"
            try Data(contentsOf: URL(filePath: shipped + "/vmlinuz")).write(to: URL(filePath: kernel))
            switch change {
            case .oneBit: try changeOneBit(of: kernel)
            case .noSignature: try removeSignature(of: kernel)
            }
        }

        private static func changeOneBit(of file: String) throws {
            var bytes = try Data(contentsOf: URL(filePath: file))
            bytes[bytes.startIndex + bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: file))
        }

        /// Takes the certificate table out of the data directories (PE format, optional header of PE32+, entry 4), and the
        /// signature with it.
        private static func removeSignature(of file: String) throws {
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            func number(at offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
            let optionalHeader = number(at: 0x3C) + 24
            let entry = optionalHeader + 112 + 4 * 8
            let (start, count) = (number(at: entry), number(at: entry + 4))
            try #require(count > 0 && start + count == bytes.count)
            bytes.replaceSubrange(entry..<entry + 8, with: repeatElement(0, count: 8))
            try Data(bytes[..<start]).write(to: URL(filePath: file))
        }

        private static func log(of server: IngotServer) -> String {
            String(decoding: FileManager.default.contents(atPath: server.log) ?? Data(), as: UTF8.self)
        }
    }
}
