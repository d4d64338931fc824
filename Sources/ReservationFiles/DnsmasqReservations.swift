import NetworkTypes

/// Reservations of dnsmasq: the `dhcp-host=` lines of its configuration, or the lines of a file of `dhcp-hostsfile`,
/// which have no such prefix. Fields come in any order; tags, client identifiers and lease times are passed over.
enum DnsmasqReservations {
    private static let option = "dhcp-host"

    static func parse(_ text: String) -> ReservationFile {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .map { (number: $0.offset + 1, text: trimmed(withoutComment($0.element))) }
        let options = lines.compactMap { line in
            optionValue(line.text).map { (number: line.number, text: $0) }
        }
        var file = ReservationFile()
        // A configuration has other lines, too, which are not for us.
        for line in options.isEmpty ? lines : options where !line.text.isEmpty {
            file.add { () throws(ReservationFile.Refusal) in try entry(line.number, line.text) }
        }
        return file
    }

    /// What stands behind `dhcp-host=`; nil for other lines.
    private static func optionValue(_ line: String) -> String? {
        guard let sign = line.firstIndex(of: "="), trimmed(line[..<sign]) == option else { return nil }
        return trimmed(line[line.index(after: sign)...])
    }

    /// A `#` begins a comment at the start of a line and after a space.
    private static func withoutComment(_ line: Substring) -> Substring {
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "#", previous == " " || previous == "\t" { return line[..<index] }
            previous = line[index]
        }
        return line
    }

    private static func entry(_ number: Int, _ text: String) throws(ReservationFile.Refusal) -> ReservationFile.Entry {
        func refusal(_ reason: String) -> ReservationFile.Refusal {
            ReservationFile.Refusal(line: number, reason: reason)
        }
        var owner: MACAddress?
        var place: IPv4Address?
        var name: String?
        for field in text.split(separator: ",").map(trimmed) where !field.isEmpty && !isPassedOver(field) {
            if let found = MACAddress(field) {
                guard owner == nil else { throw refusal("more than one MAC address: give each a line and an address") }
                owner = found
            } else if let found = IPv4Address(field) {
                guard place == nil else { throw refusal("more than one address") }
                place = found
            } else if field == "ignore" {
                throw refusal("it tells dnsmasq to ignore the host, which is no reservation")
            } else if field.contains("*") || field.contains(":") {
                throw refusal("'\(field)' is not one MAC address of six octets")
            } else {
                if let name { throw refusal("both '\(name)' and '\(field)' stand for its name") }
                name = field
            }
        }
        guard let mac = owner else { throw refusal("no MAC address") }
        guard let address = place else { throw refusal("no IPv4 address") }
        return ReservationFile.Entry(line: number, mac: mac, address: address, hostName: name)
    }

    /// True for tags, client identifiers, lease times and IPv6 addresses.
    private static func isPassedOver(_ field: String) -> Bool {
        for prefix in ["set:", "tag:", "net:", "id:", "["] where field.hasPrefix(prefix) { return true }
        if field == "infinite" { return true }
        let digits = field.last.map { "smhdw".contains($0) } == true ? field.dropLast() : field[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
