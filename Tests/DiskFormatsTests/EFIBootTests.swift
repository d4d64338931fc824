import DiskFormats
import Testing

/// Boot entries against bytes that efibootmgr 17 wrote, and where an entry goes.
struct EFIBootTests {
    /// `efibootmgr -c -d DISK -p 2 -L Ingot -l '\EFI\BOOT\BOOTX64.EFI'`
    private static let golden: [UInt8] = bytes(
        """
        01000000                              attributes: active
        5e00                                  length of the device path: 94
        49006e0067006f0074000000              "Ingot"
        04012a00                              media, hard drive, 42 octets
        02000000                              partition 2
        0010000000000000                      first LBA 4096
        00f0000000000000                      61440 sectors
        af3dc60f838472478e793d69d8477de4      0FC63DAF-8483-4772-8E79-3D69D8477DE4
        0202                                  GPT, GUID
        04043000                              media, file path, 48 octets
        5c004500460049005c0042004f004f00      "\\EFI\\BOO"
        54005c0042004f004f00540058003600      "T\\BOOTX6"
        34002e004500460049000000              "4.EFI"
        7fff0400                              end
        """)

    private static let option = EFILoadOption(title: "Ingot", devicePath: path("0FC63DAF-8483-4772-8E79-3D69D8477DE4"))

    @Test func writesTheBytesThatEfibootmgrWrites() {
        #expect(Self.option.bytes == Self.golden)
    }

    @Test func readsWhatEfibootmgrWrites() throws {
        let option = try EFILoadOption(Self.golden)
        #expect(option == Self.option)
        #expect(option.devicePath.partitionGUID == GUID("0FC63DAF-8483-4772-8E79-3D69D8477DE4"))
    }

    @Test func keepsWhatItDoesNotKnow() throws {
        // PciRoot(0)/Pci(0x3,0)/MAC(525400123456,1), two instances, and optional data behind the path.
        let path = Self.bytes("0206 0c00 d041030a 00000000 | 0101 0600 0003 | 7f01 0400 | 7fff 0400 | 7fff 0400")
        let bytes = Self.bytes("09000000") + [UInt8(path.count), 0] + Self.bytes("4e000000") + path + [1, 2, 3]
        let option = try EFILoadOption(bytes)
        #expect(option.title == "N")
        #expect(option.devicePath.partitionGUID == nil)
        #expect(option.optionalData == [1, 2, 3])
        #expect(option.bytes == bytes)
    }

    @Test func everyCutIsMalformed() {
        for count in 0..<Self.golden.count {
            #expect(throws: EFIFormatError.self, "\(count) octets") {
                try EFILoadOption(Array(Self.golden.prefix(count)))
            }
        }
    }

    @Test(arguments: [("Boot0000", 0), ("Boot001A", 26), ("BootFFFF", 65535)] as [(String, UInt16)])
    func namesOfEntries(name: String, number: UInt16) {
        #expect(EFIBootVariables.name(number) == name)
        #expect(EFIBootVariables.number(name) == number)
    }

    @Test(arguments: ["BootOrder", "BootNext", "Boot00", "Boot+001", "Boot00000", "boot0001", "BootCurrent"])
    func otherVariablesAreNoEntries(name: String) { #expect(EFIBootVariables.number(name) == nil) }

    @Test func orderIsTwoOctetsAnEntry() throws {
        #expect(try EFIBootVariables.numbers([3, 0, 0x1A, 1]) == [3, 0x11A])
        #expect(EFIBootVariables.bytes([3, 0x11A]) == [3, 0, 0x1A, 1])
        #expect(throws: EFIFormatError.self) { try EFIBootVariables.numbers([1]) }
    }

    /// Where the new entry goes.
    struct Placement: Sendable {
        let what: String
        var order: [UInt16]
        var current: UInt16?
        /// Numbers of entries of an earlier deployment: the same title, or the same partition.
        var titled: [UInt16] = []
        var sameDisk: [UInt16] = []
        let number: UInt16
        let expected: [UInt16]
        var removed: [UInt16] = []
    }

    @Test(arguments: [
        Placement(what: "behind the first", order: [1, 2, 3], current: 1, number: 0, expected: [1, 0, 2, 3]),
        Placement(what: "behind the last", order: [1, 2, 3], current: 3, number: 0, expected: [1, 2, 3, 0]),
        Placement(what: "first where nothing is told", order: [1, 2], current: nil, number: 0, expected: [0, 1, 2]),
        Placement(what: "first where the used one is not listed", order: [1], current: 9, number: 0, expected: [0, 1]),
        Placement(what: "alone", order: [], current: nil, number: 0, expected: [0]),
        Placement(
            what: "an own entry is used again", order: [5, 1, 2], current: 1, titled: [5], number: 5,
            expected: [1, 5, 2]),
        Placement(
            what: "duplicates go", order: [5, 1, 7, 2], current: 1, titled: [5], sameDisk: [7, 8], number: 5,
            expected: [1, 5, 2], removed: [7, 8]),
        Placement(
            what: "the entry in use stays, even an own one", order: [5, 1], current: 5, sameDisk: [5], number: 0,
            expected: [5, 0, 1]),
    ])
    func placesTheEntryBehindTheOneThatWasUsed(_ case: Placement) throws {
        var entries: [UInt16: EFILoadOption?] = [:]
        let network = EFILoadOption(title: "UEFI PXEv4", devicePath: Self.path("00000000-0000-0000-0000-000000000001"))
        for number in `case`.order { entries[number] = network }
        for number in `case`.titled {
            entries[number] = EFILoadOption(title: "Ingot", devicePath: network.devicePath)
        }
        for number in `case`.sameDisk {
            entries[number] = EFILoadOption(title: "debian", devicePath: Self.option.devicePath)
        }
        let variables = EFIBootVariables(entries: entries, order: `case`.order, current: `case`.current)
        let change = try variables.placing(Self.option)
        #expect(change.number == `case`.number, "\(`case`.what)")
        #expect(change.order == `case`.expected, "\(`case`.what)")
        #expect(change.removed == `case`.removed, "\(`case`.what)")
        #expect(change.entry == Self.option, "\(`case`.what)")
    }

    @Test func aSecondRunChangesNothing() throws {
        var variables = EFIBootVariables(entries: [1: nil], order: [1], current: 1)
        let change = try variables.placing(Self.option)
        variables.entries[change.number] = change.entry
        variables.order = change.order ?? []
        let again = try variables.placing(Self.option)
        #expect(again.number == 0)
        #expect(again.entry == nil)
        #expect(again.order == nil)
        #expect(again.removed.isEmpty)
    }

    @Test func anEntryThatIsNotUnderstoodIsLeftAlone() throws {
        let change = try EFIBootVariables(entries: [0: nil, 1: nil], order: [0], current: 0).placing(Self.option)
        #expect(change.number == 2)
        #expect(change.removed.isEmpty)
    }

    private static func path(_ guid: String) -> EFIDevicePath {
        EFIDevicePath(
            file: "\\EFI\\BOOT\\BOOTX64.EFI", partition: 2, firstLBA: 4096, sectors: 61440, guid: GUID(guid) ?? .zero)
    }

    /// Hexadecimal digits; words behind two spaces are remarks.
    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.split(separator: "\n").flatMap { line in
            (line.firstRange(of: "  ").map { line[..<$0.lowerBound] } ?? line).filter(\.isHexDigit)
        }
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
