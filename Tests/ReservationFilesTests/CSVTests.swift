import NetworkTypes
import ReservationFiles
import Testing

@Suite struct CSVTests {
    @Test func readsColumnsInAnyOrder() throws {
        let text = "hostname,MAC,address\r\ndb1,52:54:00:00:00:01,10.0.0.1\r\n,52-54-00-00-00-02, 10.0.0.2 \r\n"
        let file = ReservationFileFormat.csv.parse(text)
        #expect(file.refusals == [])
        #expect(try file.entries == [Entries.entry(2, 1, "db1"), Entries.entry(3, 2)])
    }

    @Test func readsQuotedFields() throws {
        let text =
            "\u{FEFF}\"mac\",\"address\",hostname\n\"52:54:00:00:00:01\",\"10.0.0.1\",\"d\"\"b,\n1\"\n"
            + "52:54:00:00:00:02,10.0.0.2,\n"
        let file = ReservationFileFormat.csv.parse(text)
        #expect(file.refusals == [])
        #expect(try file.entries == [Entries.entry(2, 1, "d\"b,\n1"), Entries.entry(4, 2)])
    }

    @Test func needsNoColumnOfNames() throws {
        let file = ReservationFileFormat.csv.parse("\n\naddress,mac\n\n10.0.0.1,52:54:00:00:00:01")
        #expect(try file == ReservationFile(entries: [Entries.entry(5, 1)]))
    }

    @Test(arguments: [
        ("", 1, "there is no header"), ("mac,hostname\n", 1, "no column address"), ("mac,adress\n", 1, "has 'adress'"),
        ("mac,mac,address\n", 1, "has 'mac'"), ("52:54:00:00:00:01,10.0.0.1\n", 1, "has '52:54:00:00:00:01'"),
        ("mac,\"address\n", 1, "never ends"),
    ])
    func refusesAFileWithoutItsHeader(text: String, line: Int, reason: String) {
        let file = ReservationFileFormat.csv.parse(text)
        #expect(file.entries.isEmpty && file.refusals.map(\.line) == [line])
        #expect(file.refusals.first?.reason.contains(reason) == true)
    }

    @Test func tellsEachLineThatItCannotUse() throws {
        let text = """
            mac,address,hostname
            52:54:00:00:00,10.0.0.1,
            52:54:00:00:00:02,10.0.0.2,
            52:54:00:00:00:03,10.0.0,
            52:54:00:00:00:04,10.0.0.4
            "52:54:00:00:00:05"x,10.0.0.5,
            52:54:00:00:00:06,10.0.0.6,
            """
        let file = ReservationFileFormat.csv.parse(text)
        #expect(try file.entries == [Entries.entry(3, 2), Entries.entry(7, 6)])
        #expect(file.refusals.map(\.line) == [2, 4, 5, 6])
        let reasons = [
            "'52:54:00:00:00' is not a MAC", "'10.0.0' is not an IPv4", "2 fields", "after its closing quote",
        ]
        for (refusal, reason) in zip(file.refusals, reasons) { #expect(refusal.reason.contains(reason)) }
    }
}

/// What files should hold.
enum Entries {
    /// 52:54:00:00:00:`number` at 10.0.0.`number`.
    static func entry(_ line: Int, _ number: UInt8, _ name: String? = nil) throws -> ReservationFile.Entry {
        ReservationFile.Entry(
            line: line, mac: try #require(MACAddress([0x52, 0x54, 0, 0, 0, number] as [UInt8])),
            address: IPv4Address(10, 0, 0, number), hostName: name)
    }
}
