package import BootPolicy
import GRDB
package import NetworkTypes
import Provisioning

extension Schema {
    /// Where NICs are plugged in, whether they are a host's or not; `number` rises with each that is new or changed.
    static let placements = [
        """
        CREATE TABLE placements (
            mac TEXT PRIMARY KEY NOT NULL, number BIGINT NOT NULL UNIQUE, document TEXT NOT NULL)
        """
    ]
}

extension StoreTransaction {
    /// Where a host stands by what is known of its NICs: of several placements the newest; nil where none is known.
    package func placement(of macs: [MACAddress]) throws -> Placement? {
        guard !macs.isEmpty else { return nil }
        let marks = macs.map { _ in "?" }.joined(separator: ", ")
        return try String.fetchOne(
            db, sql: "SELECT document FROM placements WHERE mac IN (\(marks)) ORDER BY number DESC LIMIT 1",
            arguments: StatementArguments(macs.map(\.description))
        ).map { try decodeDocument(Placement.self, $0, table: "placements") }
    }

    /// True where `place` would change nothing: the NIC is known to be plugged in there, and that is the newest that is
    /// known of its host, if it belongs to one.
    package func isPlaced(_ mac: MACAddress, at placement: Placement) throws -> Bool {
        guard try self.placement(of: [mac]) == placement else { return false }
        guard let host = try host(mac: mac) else { return true }
        return try self.placement(of: host.macs) == placement
    }

    /// Writes where a NIC is plugged in over what was known of it.
    package func place(_ mac: MACAddress, at placement: Placement) throws {
        let newest = try Int64.fetchOne(db, sql: "SELECT MAX(number) FROM placements")
        try db.execute(
            sql: """
                INSERT INTO placements (mac, number, document) VALUES (?, ?, ?)
                ON CONFLICT (mac) DO UPDATE SET number = excluded.number, document = excluded.document
                """,
            arguments: [mac.description, (newest ?? 0) + 1, try encodeDocument(placement)])
    }

    /// Forgets the oldest placements of NICs that belong to no host, but for `count` of them, so that nobody who invents
    /// MAC addresses can fill the disk.
    package func forgetPlacementsOfStrangers(beyond count: Int) throws {
        let strangers = "FROM placements WHERE mac NOT IN (SELECT mac FROM host_macs)"
        let known = try Int.fetchOne(db, sql: "SELECT COUNT(*) \(strangers)") ?? 0
        guard known > count else { return }
        try db.execute(
            sql: "DELETE FROM placements WHERE mac IN (SELECT mac \(strangers) ORDER BY number LIMIT ?)",
            arguments: [known - count])
    }
}
