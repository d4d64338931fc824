package import NetworkTypes

/// A network card of a virtual host.
package struct NICConfiguration: Codable, Hashable, Sendable {
    package var model: NICModel
    /// Nil makes one from the names of rack and host and the NIC's place.
    package var mac: MACAddress?
    /// The network it hangs on; nil for the rack's first.
    package var network: String?

    package init(model: NICModel = .virtioNet, mac: MACAddress? = nil, network: String? = nil) {
        self.model = model
        self.mac = mac
        self.network = network
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case model, mac, network }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        model = try container.decodeIfPresent(NICModel.self, forKey: .model) ?? model
        mac = try container.decodeIfPresent(MACAddress.self, forKey: .mac)
        network = try container.decodeIfPresent(String.self, forKey: .network)
    }
}

/// A network card that QEMU can be. The raw value is QEMU's name of the device.
package enum NICModel: String, Codable, Hashable, Sendable, CaseIterable {
    case virtioNet = "virtio-net-pci"
    case e1000
    case e1000e
    case rtl8139
    case vmxnet3
}
