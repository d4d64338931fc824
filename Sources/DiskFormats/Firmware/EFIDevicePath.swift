/// A device path (UEFI 2.10, section 10.3): nodes that lead from a device to a file on it.
package struct EFIDevicePath: Hashable, Sendable {
    /// One node; the node that ends a path stands for itself only in octets.
    package struct Node: Hashable, Sendable {
        package var type: UInt8
        package var subtype: UInt8
        package var data: [UInt8]
    }

    package var nodes: [Node]
    /// What firmware put behind the first end node: further instances, kept as they are.
    private var rest: [UInt8] = []

    private static let end: (type: UInt8, subtype: UInt8) = (0x7F, 0xFF)
    private static let media: UInt8 = 4
    private static let hardDrive: UInt8 = 1
    private static let filePath: UInt8 = 4

    /// The short form for a file on a GPT partition (sections 10.3.5.1 and 10.3.5.4): the firmware finds the disk by
    /// the partition's GUID.
    /// - Parameter path: with backslashes, from the root of the file system.
    package init(file path: String, partition number: Int, firstLBA: UInt64, sectors: UInt64, guid: GUID) {
        var drive: [UInt8] = []
        drive.append(littleEndian: UInt32(truncatingIfNeeded: number))
        drive.append(littleEndian: firstLBA)
        drive.append(littleEndian: sectors)
        drive += guid.bytes
        drive += [2, 2]  // a GPT; the signature is a GUID
        var file: [UInt8] = []
        file.append(utf16: path)
        nodes = [
            Node(type: Self.media, subtype: Self.hardDrive, data: drive),
            Node(type: Self.media, subtype: Self.filePath, data: file),
        ]
    }

    package init(_ bytes: [UInt8]) throws(EFIFormatError) {
        nodes = []
        var offset = 0
        while true {
            guard let length = bytes.number(at: offset + 2, 2), length >= 4, offset + Int(length) <= bytes.count else {
                throw EFIFormatError("a device path has a malformed node at octet \(offset)")
            }
            let next = offset + Int(length)
            if bytes[offset] == Self.end.type && bytes[offset + 1] == Self.end.subtype {
                rest = Array(bytes[next...])
                return
            }
            nodes.append(
                Node(type: bytes[offset], subtype: bytes[offset + 1], data: Array(bytes[(offset + 4)..<next])))
            offset = next
        }
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for node in nodes {
            bytes += [node.type, node.subtype]
            bytes.append(littleEndian: UInt16(truncatingIfNeeded: node.data.count + 4))
            bytes += node.data
        }
        return bytes + [Self.end.type, Self.end.subtype, 4, 0] + rest
    }

    /// The GUID of the GPT partition that the path leads over, if it does.
    package var partitionGUID: GUID? {
        let drive = nodes.first { $0.type == Self.media && $0.subtype == Self.hardDrive && $0.data.count == 38 }
        guard let data = drive?.data, data[36] == 2, data[37] == 2 else { return nil }
        return GUID(data[20..<36])
    }
}
