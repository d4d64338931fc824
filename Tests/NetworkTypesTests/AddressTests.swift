import NetworkTypes
import Testing

struct AddressTests {
    @Test(arguments: ["52:54:00:12:34:56", "52-54-00-12-34-56"])
    func readsBothFormsOfAMACAddress(text: String) throws {
        let mac = try #require(MACAddress(text))
        #expect(mac.description == "52:54:00:12:34:56")
        #expect(mac.hyphenated == "52-54-00-12-34-56")
    }

    @Test(arguments: [
        "", "52:54:00:12:34", "52:54:00:12:34:5", "52:54:00:12:34:5g", "52:54:00:12:34:+5", "52:54:00:12:34:56:78",
    ])
    func refusesWhatIsNoMACAddress(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test(arguments: ["", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.-1", "10.0.0.1.2", "a.b.c.d"])
    func refusesWhatIsNoIPv4Address(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test func aSubnetKnowsItsMaskAndBroadcast() throws {
        let subnet = try #require(IPv4Subnet("10.4.0.0/22"))
        #expect(subnet.netmask == IPv4Address(255, 255, 252, 0))
        #expect(subnet.broadcast == IPv4Address(10, 4, 3, 255))
        #expect(subnet.contains(IPv4Address(10, 4, 3, 1)))
        #expect(!subnet.contains(IPv4Address(10, 4, 4, 1)))
    }

    @Test(arguments: ["10.0.0.1/24", "10.0.0.0/33", "10.0.0.0", "10.0.0.0/+8", "10.0.0.0/08"])
    func refusesWhatIsNoSubnet(text: String) {
        #expect(IPv4Subnet(text) == nil)
    }

    @Test func swappingAUUIDTwiceChangesNothing() throws {
        let uuid = try #require(SystemUUID("00112233-4455-6677-8899-AABBCCDDEEFF"))
        #expect(uuid.swapped.description == "33221100-5544-7766-8899-aabbccddeeff")
        #expect(uuid.swapped.swapped == uuid)
    }
}
