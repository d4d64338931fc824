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
                try await host.powerOff()
            }
        }

        @Test("T20: a kernel that somebody changed is refused")
        func aKernelThatSomebodyChangedIsRefused() async throws {
            try await Laboratory.run("secure-kernel", hosts: [Self.host()]) { server in
                let stage = server.directory + "/stage"
                try Self.copyStage(to: stage)
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

        private static func host(mac: MACAddress? = nil) -> HostConfiguration {
            HostConfiguration(
                name: "secure", firmware: .uefiSecureBoot, nics: [NICConfiguration(mac: mac)], memory: 1024)
        }

        /// The stage with one bit of its kernel changed.
        private static func copyStage(to directory: String) throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let shipped = try Artifacts.stage()
            let initramfs = try Data(contentsOf: URL(filePath: shipped + "/initramfs"))
            try initramfs.write(to: URL(filePath: directory + "/initramfs"))
            var kernel = try Data(contentsOf: URL(filePath: shipped + "/vmlinuz"))
            kernel[kernel.startIndex + kernel.count / 2] ^= 1
            try kernel.write(to: URL(filePath: directory + "/vmlinuz"))
        }

        private static func log(of server: IngotServer) -> String {
            String(decoding: FileManager.default.contents(atPath: server.log) ?? Data(), as: UTF8.self)
        }
    }
}
