/// A boot entry of UEFI firmware: the value of a `Boot####` variable (UEFI 2.10, section 3.1.3, EFI_LOAD_OPTION).
package struct EFILoadOption: Hashable, Sendable {
    /// Bit 0: the firmware may start this entry by itself.
    package var attributes: UInt32
    /// What boot menus show.
    package var title: String
    /// What to start, and from which device.
    package var devicePath: EFIDevicePath
    /// For the program that is started.
    package var optionalData: [UInt8]

    package static let active: UInt32 = 1

    /// An active entry.
    package init(title: String, devicePath: EFIDevicePath) {
        attributes = Self.active
        self.title = title
        self.devicePath = devicePath
        optionalData = []
    }

    /// Reads a variable's value, without the four octets of attributes that efivarfs puts before it.
    package init(_ bytes: [UInt8]) throws(EFIFormatError) {
        guard let attributes = bytes.number(at: 0, 4), let pathLength = bytes.number(at: 4, 2) else {
            throw EFIFormatError("a boot entry of \(bytes.count) octets is shorter than its header of 6")
        }
        var end = 6
        var units: [UInt16] = []
        while true {
            guard let unit = bytes.number(at: end, 2) else {
                throw EFIFormatError("a boot entry's title has no end")
            }
            end += 2
            if unit == 0 { break }
            units.append(UInt16(unit))
        }
        let pathEnd = end + Int(pathLength)
        guard pathEnd <= bytes.count else {
            throw EFIFormatError("a boot entry's device path of \(pathLength) octets goes past its end")
        }
        self.attributes = UInt32(attributes)
        title = String(decoding: units, as: UTF16.self)
        devicePath = try EFIDevicePath(Array(bytes[end..<pathEnd]))
        optionalData = Array(bytes[pathEnd...])
    }

    package var bytes: [UInt8] {
        let path = devicePath.bytes
        var bytes: [UInt8] = []
        bytes.append(littleEndian: attributes)
        bytes.append(littleEndian: UInt16(truncatingIfNeeded: path.count))
        bytes.append(utf16: title)
        return bytes + path + optionalData
    }
}

/// Why octets are no boot entry, boot order or device path.
package struct EFIFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension [UInt8] {
    /// UTF-16, little-endian, with a zero behind it.
    mutating func append(utf16 text: String) {
        for unit in text.utf16 { append(littleEndian: unit) }
        append(littleEndian: UInt16(0))
    }
}
