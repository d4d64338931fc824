package import NetworkTypes

/// A virtual bare-metal host.
package struct HostConfiguration: Codable, Hashable, Sendable {
    /// 1...20 of `a-z`, `0-9` and `-`.
    package var name: String
    package var firmware: Firmware
    package var nics: [NICConfiguration]
    package var disks: [DiskConfiguration]
    /// MiB.
    package var memory: Int
    /// The SMBIOS system UUID; nil makes one from the names of rack and host.
    package var uuid: SystemUUID?
    /// The SMBIOS system serial number; nil makes one from the host's name.
    package var serial: String?
    /// Whether a BIOS host tries the network before its disks. UEFI hosts keep their own order in NVRAM.
    package var bootsNetworkFirst: Bool

    package init(
        name: String, firmware: Firmware = .uefi, nics: [NICConfiguration] = [NICConfiguration()],
        disks: [DiskConfiguration] = [DiskConfiguration()], memory: Int = 512, uuid: SystemUUID? = nil,
        serial: String? = nil, bootsNetworkFirst: Bool = true
    ) {
        self.name = name
        self.firmware = firmware
        self.nics = nics
        self.disks = disks
        self.memory = memory
        self.uuid = uuid
        self.serial = serial
        self.bootsNetworkFirst = bootsNetworkFirst
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, firmware, nics, disks, memory, uuid, serial, bootsNetworkFirst
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(name: try container.decode(String.self, forKey: .name))
        firmware = try container.decodeIfPresent(Firmware.self, forKey: .firmware) ?? firmware
        nics = try container.decodeIfPresent([NICConfiguration].self, forKey: .nics) ?? nics
        disks = try container.decodeIfPresent([DiskConfiguration].self, forKey: .disks) ?? disks
        memory = try container.decodeIfPresent(Int.self, forKey: .memory) ?? memory
        uuid = try container.decodeIfPresent(SystemUUID.self, forKey: .uuid)
        serial = try container.decodeIfPresent(String.self, forKey: .serial)
        bootsNetworkFirst = try container.decodeIfPresent(Bool.self, forKey: .bootsNetworkFirst) ?? bootsNetworkFirst
    }
}
