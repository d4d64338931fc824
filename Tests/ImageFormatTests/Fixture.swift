import ImageFormat

/// Values that the tests of this target share.
enum Fixture {
    /// A disk of four chunks: data, a hole, data, and a short last one; with a system and a root partition.
    static let manifest = Manifest(
        diskSize: 3 * 65536 + 1024, sectorSize: 512, chunkSize: 65536,
        chunks: [ChunkDigest(of: [1]), nil, ChunkDigest(of: [2]), ChunkDigest(of: [])],
        partitionTable: PartitionTable(
            label: "gpt", diskGUID: "AD48A4CE-62E3-4B55-B92E-0DF9166FBE93",
            partitions: [
                Partition(
                    number: 1, typeGUID: "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
                    uniqueGUID: "AE70B6B4-B333-4EE3-9D3A-44AE0F96B2B7", name: "EFI/\"System\"", firstLBA: 34,
                    lastLBA: 99, fileSystem: nil, role: .efiSystem),
                Partition(
                    number: 3, typeGUID: "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
                    uniqueGUID: "AB7D7ECC-026D-41B8-BE32-CA371C5A025C", name: "Wurzel ä", firstLBA: 100, lastLBA: 352,
                    fileSystem: "ext4", role: .root),
            ]), os: OSFacts(id: "debian", version: "12", name: nil, architecture: "amd64"), firmware: ["bios", "uefi"])

    /// The sectors of that disk.
    static let sectors: UInt64 = 386

    /// What the format makes of it, byte for byte: signatures of stored images depend on it.
    static let encoded = #"""
        {"chunkSize":65536,"chunks":["4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",null,\#
        "dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986",\#
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],"diskSize":197632,\#
        "firmware":["bios","uefi"],"formatVersion":1,"kind":"ingot-manifest",\#
        "os":{"architecture":"amd64","id":"debian","version":"12"},\#
        "partitionTable":{"diskGUID":"AD48A4CE-62E3-4B55-B92E-0DF9166FBE93","label":"gpt","partitions":[\#
        {"firstLBA":34,"lastLBA":99,"name":"EFI/\"System\"","number":1,"role":"efiSystem",\#
        "typeGUID":"C12A7328-F81F-11D2-BA4B-00A0C93EC93B","uniqueGUID":"AE70B6B4-B333-4EE3-9D3A-44AE0F96B2B7"},\#
        {"fileSystem":"ext4","firstLBA":100,"lastLBA":352,"name":"Wurzel ä","number":3,"role":"root",\#
        "typeGUID":"4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709","uniqueGUID":"AB7D7ECC-026D-41B8-BE32-CA371C5A025C"}]},\#
        "sectorSize":512}
        """#

    /// Octets from hexadecimal digits.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
