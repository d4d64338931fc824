import ReservationFiles
import Testing

@Suite struct DnsmasqTests {
    @Test func readsFieldsInAnyOrder() throws {
        let text = """
            # A configuration.
            interface=eth1
            dhcp-range=10.0.0.100,10.0.0.200,12h
            dhcp-host=52:54:00:00:00:01,10.0.0.1,db1,infinite # the first
            dhcp-host = id:01:52:54:00:00:00:02, set:rack, 10.0.0.2, 52:54:00:00:00:02, 45m
            dhcp-host=db3.rack.example,tag:known,[fd00::3],52:54:00:00:00:03,10.0.0.3,3600
            """
        let file = ReservationFileFormat.dnsmasq.parse(text)
        #expect(file.refusals == [])
        let found = [
            try Entries.entry(4, 1, "db1"), try Entries.entry(5, 2), try Entries.entry(6, 3, "db3.rack.example"),
        ]
        #expect(file.entries == found)
    }

    @Test func readsAHostsFile() throws {
        let file = ReservationFileFormat.dnsmasq.parse("\r\n52:54:00:00:00:01,10.0.0.1,db1\r\n#\r\n")
        #expect(try file == ReservationFile(entries: [Entries.entry(2, 1, "db1")]))
    }

    @Test(arguments: [
        ("10.0.0.1,db1", "no MAC address"), ("52:54:00:00:00:01,db1", "no IPv4 address"),
        ("52:54:00:00:00:01,52:54:00:00:00:02,10.0.0.1", "more than one MAC"),
        ("52:54:00:00:00:01,10.0.0.1,10.0.0.2", "more than one address"),
        ("52:54:00:00:00:01,10.0.0.1,a,b", "both 'a' and 'b'"), ("52:54:00:00:00:01,ignore", "ignore"),
        ("52:54:00:*:*:*,10.0.0.1", "'52:54:00:*:*:*' is not one MAC"), ("id:*,10.0.0.1,a", "no MAC address"),
    ])
    func tellsALineThatItCannotUse(line: String, reason: String) throws {
        for prefix in ["", "dhcp-host="] {
            let file = ReservationFileFormat.dnsmasq.parse("\(prefix)52:54:00:00:00:09,10.0.0.9\n\(prefix)\(line)\n")
            #expect(try file.entries == [Entries.entry(1, 9)])
            #expect(file.refusals.map(\.line) == [2])
            #expect(file.refusals.first?.reason.contains(reason) == true)
        }
    }
}
