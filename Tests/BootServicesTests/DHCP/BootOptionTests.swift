import BootServices
import DHCP
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct BootOptionTests {
    @Test func tellsAPXEClientItsFileInHeaderAndOptions() async throws {
        try await DHCPRig.run { rig in
            let uuid = try #require(SystemUUID("33221100-5544-7766-8899-aabbccddeeff"))
            var discover = rig.message(.discover)
            discover.options.set(KnownOptions.vendorClass, "PXEClient:Arch:00007:UNDI:003000")
            discover.options.set(KnownOptions.clientArchitecture, [.x64UEFI])
            discover.options.set(KnownOptions.machineIdentifier, uuid)
            let offer = try #require(try await rig.ask(discover)).message
            #expect(offer.nextServer == DHCPRig.server)
            #expect(offer.bootFile == Array("snponly.efi".utf8))
            #expect(offer.serverName == Array("10.77.0.1".utf8))
            #expect(try offer.options.value(KnownOptions.tftpServerName) == "10.77.0.1")
            #expect(try offer.options.value(KnownOptions.bootFileName) == "snponly.efi")
            #expect(try offer.options.value(KnownOptions.machineIdentifier) == uuid)
            #expect(try offer.options.value(KnownOptions.vendorClass) == nil)
        }
    }

    @Test func tellsUEFIHTTPBootAURLAndThatItIsOne() async throws {
        try await DHCPRig.run { rig in
            var discover = rig.message(.discover)
            discover.options.set(KnownOptions.vendorClass, "HTTPClient:Arch:00016:UNDI:003000")
            discover.options.set(KnownOptions.clientArchitecture, [.x64UEFIHTTP])
            let offer = try #require(try await rig.ask(discover)).message
            #expect(try offer.options.value(KnownOptions.vendorClass) == "HTTPClient")
            #expect(try offer.options.value(KnownOptions.bootFileName) == "http://10.77.0.1/snponly.efi")
        }
    }

    @Test func tellsIPXEItsScript() async throws {
        try await DHCPRig.run { rig in
            var discover = rig.message(.discover)
            discover.options.set(KnownOptions.vendorClass, "PXEClient:Arch:00000:UNDI:002001")
            discover.options.set(KnownOptions.userClass, UserClass("iPXE"))
            let offer = try #require(try await rig.ask(discover)).message
            #expect(offer.bootFile == Array("http://10.77.0.1/boot/script.ipxe".utf8))
            #expect(try offer.options.value(KnownOptions.vendorClass) == nil)
        }
    }

    @Test func tellsAnOrdinaryClientNoFile() async throws {
        try await DHCPRig.run { rig in
            let offer = try #require(try await rig.ask(rig.message(.discover))).message
            #expect(offer.bootFile.isEmpty && offer.nextServer.isUnspecified)
            #expect(try offer.options.value(KnownOptions.bootFileName) == nil)
        }
    }

    @Test func servesAClientWhoseOwnDescriptionIsMalformed() async throws {
        try await DHCPRig.run { rig in
            var discover = rig.message(.discover)
            discover.options.set(KnownOptions.vendorClass, "PXEClient")
            discover.options[OptionCode(93)] = [7]
            discover.options[OptionCode(97)] = [1, 2]
            discover.options[OptionCode(12)] = [0xFF]
            let file = try await rig.ask(discover)?.message.bootFile
            #expect(file == Array("snponly.efi".utf8))
        }
    }
}
