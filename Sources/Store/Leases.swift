import GRDB
package import LeasePolicy
import NetworkTypes

extension Schema {
    /// Leases by their address as a number; `mac` is a number too, its first octet the highest. They are written more
    /// often than anything else.
    static func makeLeaseColumns(_ db: Database) throws {
        let documents = try String.fetchAll(db, sql: "SELECT document FROM leases")
        try db.execute(sql: "DROP TABLE leases")
        try db.execute(
            sql: """
                CREATE TABLE leases (
                    address INTEGER PRIMARY KEY NOT NULL, mac INTEGER NOT NULL, host_name TEXT,
                    granted_at INTEGER NOT NULL, expires_at INTEGER NOT NULL)
                """)
        let leases = try documents.map { try decodeDocument(Lease.self, $0, table: "leases") }
        try StoreTransaction(db: db).apply(leases.map { .put($0) })
    }
}

extension Store {
    /// Writes changes of leases in one transaction. Throws `LeaseDurabilityLost` where the medium failed, now or in any
    /// write before, whatever it was of: what it holds is unknown then. After every other error, such as `SQLITE_FULL`,
    /// none of them has happened. Blocks: whoever gives many leases has a thread for it.
    package func commit(_ changes: [LeaseChange]) async throws {
        if let failure = failureOfMedium { throw LeaseDurabilityLost(cause: failure) }
        do {
            try await writeHere { try $0.apply(changes) }
        } catch {
            if let failure = failureOfMedium { throw LeaseDurabilityLost(cause: failure) }
            throw error
        }
    }
}

extension StoreTransaction {
    /// Every lease, also those that have run out, by address.
    package func leases() throws -> [Lease] {
        try Row.fetchAll(db, sql: "SELECT address, mac, host_name, granted_at, expires_at FROM leases ORDER BY address")
            .map(Lease.init)
    }

    /// Writes changes of leases in their order.
    func apply(_ changes: [LeaseChange]) throws {
        let put = try db.cachedStatement(
            sql: """
                INSERT INTO leases (address, mac, host_name, granted_at, expires_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET mac = excluded.mac, host_name = excluded.host_name,
                    granted_at = excluded.granted_at, expires_at = excluded.expires_at
                """)
        let remove = try db.cachedStatement(sql: "DELETE FROM leases WHERE address = ?")
        for change in changes {
            switch change {
            case .put(let lease):
                try put.execute(arguments: [
                    Int64(lease.address.value), lease.mac.number, lease.hostName, lease.grantedAt, lease.expiresAt,
                ])
            case .remove(let address): try remove.execute(arguments: [Int64(address.value)])
            }
        }
    }
}

extension Lease {
    fileprivate init(_ row: Row) throws {
        guard let value = Int64.fromDatabaseValue(row[0]), let address = UInt32(exactly: value),
            let number = Int64.fromDatabaseValue(row[1]), let mac = MACAddress(number: number),
            let grantedAt = Int64.fromDatabaseValue(row[3]), let expiresAt = Int64.fromDatabaseValue(row[4])
        else { throw StoreError(description: "a row of table leases is damaged: \(row)") }
        self.init(
            address: IPv4Address(value: address), mac: mac, hostName: String.fromDatabaseValue(row[2]),
            grantedAt: grantedAt, expiresAt: expiresAt)
    }
}

extension MACAddress {
    fileprivate init?(number: Int64) {
        guard number >= 0, number < 1 << 48 else { return nil }
        self.init((0..<6).map { UInt8(truncatingIfNeeded: number >> (40 - 8 * $0)) })
    }

    fileprivate var number: Int64 {
        let (a, b, c, d, e, f) = octets
        return Int64(a) << 40 | Int64(b) << 32 | Int64(c) << 24 | Int64(d) << 16 | Int64(e) << 8 | Int64(f)
    }
}
