import GRDB
package import NetworkTypes
package import Provisioning

extension StoreTransaction {
    /// All hosts by name.
    package func hosts() throws -> [Host] {
        try String.fetchAll(db, sql: "SELECT document FROM hosts ORDER BY name").map(Self.host)
    }

    package func host(id: String) throws -> Host? {
        try String.fetchOne(db, sql: "SELECT document FROM hosts WHERE id = ?", arguments: [id]).map(Self.host)
    }

    package func host(named name: String) throws -> Host? {
        try String.fetchOne(db, sql: "SELECT document FROM hosts WHERE name = ?", arguments: [name]).map(Self.host)
    }

    package func host(mac: MACAddress) throws -> Host? {
        try String.fetchOne(
            db, sql: "SELECT document FROM hosts JOIN host_macs ON host_id = id WHERE mac = ?",
            arguments: [mac.description]
        ).map(Self.host)
    }

    /// The host with this UUID in either byte order.
    package func host(systemUUID: SystemUUID) throws -> Host? {
        try String.fetchOne(
            db, sql: "SELECT document FROM hosts WHERE system_uuid IN (?, ?) ORDER BY id",
            arguments: [systemUUID.description, systemUUID.swapped.description]
        ).map(Self.host)
    }

    /// The host that a person means by `text`: an id, a name or a MAC address.
    package func host(matching text: String) throws -> Host? {
        if let mac = MACAddress(text), let found = try host(mac: mac) { return found }
        if let found = try host(id: text) { return found }
        return try host(named: text)
    }

    /// Inserts or replaces a host with its MAC addresses.
    package func save(_ host: Host) throws {
        try db.execute(
            sql: """
                INSERT INTO hosts (id, name, system_uuid, document) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, system_uuid = excluded.system_uuid,
                document = excluded.document
                """,
            arguments: [host.id, host.name, host.systemUUID?.description, try encodeDocument(host)])
        try db.execute(sql: "DELETE FROM host_macs WHERE host_id = ?", arguments: [host.id])
        for mac in host.macs {
            try db.execute(
                sql: "INSERT INTO host_macs (mac, host_id) VALUES (?, ?)", arguments: [mac.description, host.id])
        }
    }

    /// Forgets a host, its tokens and sessions. Its deployments stay as history.
    package func removeHost(id: String) throws {
        try db.execute(sql: "DELETE FROM boot_tokens WHERE host_id = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM sessions WHERE host_id = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM hosts WHERE id = ?", arguments: [id])
    }

    package func hostCount() throws -> Int { try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM hosts") ?? 0 }

    /// Forgets discovered hosts that no operator did anything about and that have no deployment, with their tokens and
    /// sessions: those that were silent longest, but for `count` of them. Returns how many these are.
    @discardableResult package func forgetDiscoveredHosts(beyond count: Int) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM hosts WHERE id IN (
                SELECT id FROM hosts WHERE json_extract(document, '$.standing') = 'discovered'
                AND json_extract(document, '$.isProtected') = 0 AND json_extract(document, '$.accountID') IS NULL
                AND id NOT IN (SELECT host_id FROM deployments)
                ORDER BY json_extract(document, '$.lastSeen') DESC, id LIMIT -1 OFFSET ?)
                """,
            arguments: [count])
        let forgotten = db.changesCount
        guard forgotten > 0 else { return 0 }
        for table in ["boot_tokens", "sessions"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE host_id NOT IN (SELECT id FROM hosts)")
        }
        return forgotten
    }

    private static func host(_ text: String) throws -> Host { try decodeDocument(Host.self, text, table: "hosts") }
}
