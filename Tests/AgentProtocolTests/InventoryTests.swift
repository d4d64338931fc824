import AgentProtocol
import FoundationEssentials
import Testing

struct InventoryTests {
    /// What a stage said before it told modaliases.
    private static let old = """
        {"firmware": "uefi", "memory": 1, "processors": 1,
         "nics": [{"name": "eth0", "mac": "52:54:00:00:00:01", "driver": "virtio_net", "hasLink": true}],
         "disks": [{"name": "vda", "size": 1, "sectorSize": 512, "transport": "virtio", "isRemovable": false,
                    "isReadOnly": false, "isRotational": false, "path": "pci0000:00", "signatures": []}]}
        """

    @Test func greetingsOfOldStagesStayValid() throws {
        let inventory = try JSONDecoder().decode(Inventory.self, from: Data(Self.old.utf8))
        #expect(inventory.disks.first?.modaliases == nil)
        #expect(inventory.nics.first?.modaliases == nil)
        let again = try JSONDecoder().decode(Inventory.self, from: JSONEncoder().encode(inventory))
        #expect(again == inventory)
    }

    @Test func modaliasesComeBackUnchanged() throws {
        var inventory = try JSONDecoder().decode(Inventory.self, from: Data(Self.old.utf8))
        inventory.disks[0].modaliases = ["virtio:d00000002v00001AF4", "pci:v00001AF4d00001042"]
        inventory.nics[0].modaliases = []
        let again = try JSONDecoder().decode(Inventory.self, from: JSONEncoder().encode(inventory))
        #expect(again == inventory)
    }
}
