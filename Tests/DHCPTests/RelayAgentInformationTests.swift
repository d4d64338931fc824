import DHCP
import NetworkTypes
import Testing

@Suite struct RelayAgentInformationTests {
    /// Circuit id "Eth1/7", remote id aabb, an unknown sub-option without data, link selection 10.88.0.1, server
    /// identifier override 10.77.0.200, and a second circuit id, which does not count.
    private static let bytes: [UInt8] =
        [1, 6, 0x45, 0x74, 0x68, 0x31, 0x2F, 0x37, 2, 2, 0xAA, 0xBB, 151, 0, 5, 4, 10, 88, 0, 1]
        + [11, 4, 10, 77, 0, 200, 1, 1, 0x78]

    @Test func readsWhatARelayAgentSays() throws {
        let information = try KnownOptions.relayAgentInformation.decode(Self.bytes)
        #expect(information.suboptions.map(\.code.rawValue) == [1, 2, 151, 5, 11, 1])
        #expect(information.circuitID == Array("Eth1/7".utf8))
        #expect(information.remoteID == [0xAA, 0xBB])
        #expect(try information.linkSelection == IPv4Address(10, 88, 0, 1))
        #expect(try information.serverIdentifierOverride == IPv4Address(10, 77, 0, 200))
    }

    @Test func keepsOrderAndUnknownSuboptions() throws {
        #expect(try KnownOptions.relayAgentInformation.reencode(Self.bytes) == Self.bytes)
        var message = request()
        message.options[.relayAgentInformation] = Self.bytes
        #expect(try roundTrip(message).options[.relayAgentInformation] == Self.bytes)
    }

    @Test func writesWhatItIsMadeOf() {
        let information = RelayAgentInformation([
            .init(.circuitID, [65]), .init(.linkSelection, IPv4Address(10, 0, 0, 1).bytes),
        ])
        #expect(information.bytes == [1, 1, 65, 5, 4, 10, 0, 0, 1])
        #expect(information.remoteID == nil)
    }

    @Test func knowsNothingThatIsNotThere() throws {
        let information = try KnownOptions.relayAgentInformation.decode([151, 1, 0])
        #expect(information.circuitID == nil && information.remoteID == nil)
        #expect(try information.linkSelection == nil)
        #expect(try information.serverIdentifierOverride == nil)
    }

    @Test(arguments: [[], [1], [1, 1], [1, 0, 2], [1, 2, 65], [1, 1, 65, 2, 255, 0]] as [[UInt8]])
    func refusesSuboptionsThatReachBeyondTheEnd(bytes: [UInt8]) throws {
        let error = try #require(throws: DHCPError.self) { try KnownOptions.relayAgentInformation.decode(bytes) }
        #expect(error.option == .relayAgentInformation)
    }

    @Test(arguments: [[5, 3, 10, 88, 0], [5, 0], [11, 5, 1, 2, 3, 4, 5]] as [[UInt8]])
    func refusesAnAddressOfTheWrongSize(bytes: [UInt8]) throws {
        let information = try KnownOptions.relayAgentInformation.decode(bytes)
        #expect(throws: DHCPError.self) {
            _ = try information.linkSelection
            _ = try information.serverIdentifierOverride
        }
    }
}
