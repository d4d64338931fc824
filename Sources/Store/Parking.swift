import GRDB
package import Provisioning

extension Schema {
    /// How often hosts came back without progress, and which of them are parked.
    static let hostParking = [
        """
        CREATE TABLE host_parking (
            host_id TEXT PRIMARY KEY NOT NULL REFERENCES hosts (id) ON DELETE CASCADE, document TEXT NOT NULL)
        """
    ]
}

extension StoreTransaction {
    /// What is known of a host's boots; nothing yet for a host that never booted.
    package func bootLoop(hostID: String) throws -> BootLoop {
        try String.fetchOne(db, sql: "SELECT document FROM host_parking WHERE host_id = ?", arguments: [hostID])
            .map { try decodeDocument(BootLoop.self, $0, table: "host_parking") } ?? BootLoop()
    }

    /// Changes what is known of a host's boots, and writes only where that is a change. Nothing is kept of a host that
    /// is not in the store.
    @discardableResult package func changeBootLoop<Outcome>(
        hostID: String, _ change: (inout BootLoop) throws -> Outcome
    ) throws -> Outcome {
        let before = try bootLoop(hostID: hostID)
        var loop = before
        let outcome = try change(&loop)
        guard loop != before else { return outcome }
        try db.execute(
            sql: """
                INSERT INTO host_parking (host_id, document) SELECT id, ? FROM hosts WHERE id = ?
                ON CONFLICT (host_id) DO UPDATE SET document = excluded.document
                """,
            arguments: [try encodeDocument(loop), hostID])
        return outcome
    }
}
