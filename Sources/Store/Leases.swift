import GRDB
package import LeasePolicy
import NetworkTypes

extension Store {
    /// Writes changes of leases in one transaction. Throws `LeaseDurabilityLost` where the medium failed: what it holds
    /// is unknown then. After every other error, such as `SQLITE_FULL`, none of them has happened.
    package func commit(_ changes: [LeaseChange]) async throws {
        do {
            try await write { try $0.apply(changes) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            throw LeaseDurabilityLost(cause: "\(error)")
        }
    }
}

extension StoreTransaction {
    /// Every lease, also those that have run out.
    package func leases() throws -> [Lease] {
        try String.fetchAll(db, sql: "SELECT document FROM leases ORDER BY address").map {
            try decodeDocument(Lease.self, $0, table: "leases")
        }
    }

    /// Writes changes of leases in their order.
    func apply(_ changes: [LeaseChange]) throws {
        for change in changes {
            switch change {
            case .put(let lease):
                try db.cachedStatement(
                    sql: """
                        INSERT INTO leases (address, document) VALUES (?, ?)
                        ON CONFLICT (address) DO UPDATE SET document = excluded.document
                        """
                ).execute(arguments: [lease.address.description, try encodeDocument(lease)])
            case .remove(let address):
                try db.cachedStatement(sql: "DELETE FROM leases WHERE address = ?")
                    .execute(arguments: [address.description])
            }
        }
    }
}
