import ReservationFiles
import Testing

@Suite struct KeaTests {
    @Test func readsReservationsOfSubnetsNetworksAndTheServer() throws {
        let text = """
            # The server's.
            { "Dhcp4": {
                // Global.
                "reservations": [ { "hw-address": "52:54:00:00:00:01", "ip-address": "10.0.0.1" } ],
                "subnet4": [
                    { "subnet": "10.0.0.0/24", /* two
                       lines */ "reservations": [
                        {
                            "hw-address": "52:54:00:00:00:02", "ip-address": "10.0.0.2", "hostname": "a//b#c\\u0031",
                            "option-data": [ { "name": "x", "data": "1, 2" } ], "valid-lifetime": -4.5e3
                        },
                    ] }
                ],
                "shared-networks": [ { "subnet4": [ { "reservations": [
                    { "hw-address": "52:54:00:00:00:03", "ip-address": "10.0.0.3", "hostname": "" } ] } ] } ]
            } }
            """
        let file = ReservationFileFormat.kea.parse(text)
        #expect(file.refusals == [])
        let found = [try Entries.entry(4, 1), try Entries.entry(8, 2, "a//b#c1"), try Entries.entry(15, 3)]
        #expect(file.entries == found)
    }

    @Test func tellsEachReservationThatItCannotUse() throws {
        let text = """
            { "Dhcp4": { "reservations": [
                { "duid": "01:02", "ip-address": "10.0.0.1" },
                { "hw-address": "52:54:00:00:00:02" },
                { "hw-address": "52:54:00:00:00:03", "ip-address": "10.0.0.3" },
                { "hw-address": "1:2", "ip-address": "10.0.0.4" },
                { "hw-address": "52:54:00:00:00:05", "ip-address": 5 } ] } }
            """
        let file = ReservationFileFormat.kea.parse(text)
        #expect(try file.entries == [Entries.entry(4, 3)])
        #expect(file.refusals.map(\.line) == [2, 3, 5, 6])
        let reasons = ["known by duid", "no ip-address", "'1:2' is not a MAC", "'' is not an IPv4"]
        for (refusal, reason) in zip(file.refusals, reasons) { #expect(refusal.reason.contains(reason)) }
    }

    @Test(arguments: [
        ("", 1, "ends too early"), ("{}", 1, "no Dhcp4"), ("{ \"Dhcp4\": {", 1, "name of a member"),
        ("{\n\"Dhcp4\" {} }", 2, "expected ':'"), ("{ \"Dhcp4\": [\n1 2] }", 2, "expected ','"),
        ("{ \"Dhcp4\": {} }\nx", 2, "goes on after its end"), ("{ \"a\": 1, \"a\": 2 }", 1, "comes twice"),
        ("/* {\n}", 1, "a comment never ends"), ("{ \"Dhcp4\": \"\n\" }", 1, "a string never ends"),
        ("{ \"Dhcp4\": <?include \"x\"?> }", 1, "an include"), ("{ \"\\x\": 1 }", 1, "an escape"),
        (String(repeating: "[", count: 1000), 1, "levels deep"),
    ])
    func refusesWhatIsNoConfiguration(text: String, line: Int, reason: String) {
        let file = ReservationFileFormat.kea.parse(text)
        #expect(file.entries.isEmpty && file.refusals.map(\.line) == [line], "\(file.refusals)")
        #expect(file.refusals.first?.reason.contains(reason) == true, "\(file.refusals)")
    }
}
