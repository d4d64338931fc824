/// The boot entries of UEFI firmware as they are, and how they are to be: decided without touching the firmware.
package struct EFIBootVariables: Hashable, Sendable {
    /// `Boot####` by number; nil where the value is not understood.
    package var entries: [UInt16: EFILoadOption?]
    /// `BootOrder`.
    package var order: [UInt16]
    /// `BootCurrent`: the entry that this boot came from.
    package var current: UInt16?

    package init(entries: [UInt16: EFILoadOption?], order: [UInt16], current: UInt16?) {
        self.entries = entries
        self.order = order
        self.current = current
    }

    /// What to change, in this order: a cut between two steps leaves a firmware that boots.
    package struct Change: Hashable, Sendable {
        package var number: UInt16
        /// nil: the entry is there already.
        package var entry: EFILoadOption?
        /// nil: the order is right already.
        package var order: [UInt16]?
        package var removed: [UInt16]
    }

    /// Places `option` directly behind the entry that was used, so that the network stays first and this disk is
    /// next; in front where the firmware does not tell or does not list it. Entries with the same title or for the same
    /// partition are this program's own of earlier deployments: one is used again, the others go.
    package func placing(_ option: EFILoadOption) throws(EFIFormatError) -> Change {
        let own = entries.keys.sorted().filter { isOwn(entries[$0] ?? nil, option) && $0 != current }
        guard let number = own.first ?? freeNumber else { throw EFIFormatError("all 65536 boot entries are in use") }
        var order = self.order.filter { !own.contains($0) && $0 != number }
        let position = current.flatMap { order.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        order.insert(number, at: position)
        return Change(
            number: number, entry: entries[number] == .some(option) ? nil : option,
            order: order == self.order ? nil : order, removed: own.filter { $0 != number })
    }

    private func isOwn(_ entry: EFILoadOption?, _ option: EFILoadOption) -> Bool {
        guard let entry else { return false }
        return entry.title == option.title
            || (entry.devicePath.partitionGUID != nil
                && entry.devicePath.partitionGUID == option.devicePath.partitionGUID)
    }

    private var freeNumber: UInt16? { (UInt16.min...UInt16.max).first { entries[$0] == nil } }
}

extension EFIBootVariables {
    /// `Boot001A`.
    package static func name(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "Boot" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// The number in a name such as `Boot001A`; nil for any other name.
    package static func number(_ name: String) -> UInt16? {
        guard name.hasPrefix("Boot"), name.utf8.count == 8, let number = UInt16(name.dropFirst(4), radix: 16),
            name.dropFirst(4).allSatisfy(\.isHexDigit)
        else { return nil }
        return number
    }

    /// Reads `BootOrder` or `BootCurrent`: numbers of two octets.
    package static func numbers(_ bytes: [UInt8]) throws(EFIFormatError) -> [UInt16] {
        guard bytes.count.isMultiple(of: 2) else {
            throw EFIFormatError("a boot order has \(bytes.count) octets, not two for each entry")
        }
        return stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
    }

    package static func bytes(_ numbers: [UInt16]) -> [UInt8] {
        numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }
}
