public import NetworkTypes

/// What a file of reservations holds, in the file's order.
public struct ReservationFile: Hashable, Sendable {
    /// An address for a MAC address.
    public struct Entry: Hashable, Sendable {
        /// Where it begins; the first line is 1.
        public var line: Int
        public var mac: MACAddress
        public var address: IPv4Address
        public var hostName: String?

        public init(line: Int, mac: MACAddress, address: IPv4Address, hostName: String? = nil) {
            self.line = line
            self.mac = mac
            self.address = address
            self.hostName = hostName
        }
    }

    /// What cannot be used, and why.
    public struct Refusal: Error, Hashable, Sendable {
        /// The first line is 1.
        public var line: Int
        public var reason: String

        public init(line: Int, reason: String) {
            self.line = line
            self.reason = reason
        }
    }

    public var entries: [Entry] = []
    public var refusals: [Refusal] = []

    public init(entries: [Entry] = [], refusals: [Refusal] = []) {
        self.entries = entries
        self.refusals = refusals
    }

    /// Adds what a line turned out to be.
    mutating func add(_ read: () throws(Refusal) -> Entry) {
        do throws(Refusal) {
            entries.append(try read())
        } catch {
            refusals.append(error)
        }
    }
}

extension ReservationFile.Entry {
    /// Checks the values of a line; an empty name is none.
    init(line: Int, macText: String, addressText: String, name: String?) throws(ReservationFile.Refusal) {
        guard let mac = MACAddress(macText) else {
            throw ReservationFile.Refusal(
                line: line, reason: "'\(macText)' is not a MAC address such as 52:54:00:12:34:56")
        }
        guard let address = IPv4Address(addressText) else {
            throw ReservationFile.Refusal(line: line, reason: "'\(addressText)' is not an IPv4 address")
        }
        let hostName = name.flatMap { $0.isEmpty ? nil : $0 }
        self.init(line: line, mac: mac, address: address, hostName: hostName)
    }
}
