import GRDB
package import NetworkTypes

/// A boot token as stored: only its hash. Bound to a MAC address and, once the host is known, to the host.
package struct BootTokenRecord: Sendable, Hashable {
    package var hash: String
    package var mac: MACAddress
    package var hostID: String?
    /// Seconds since 1970.
    package var expiresAt: Int64

    package init(hash: String, mac: MACAddress, hostID: String?, expiresAt: Int64) {
        self.hash = hash
        self.mac = mac
        self.hostID = hostID
        self.expiresAt = expiresAt
    }
}

/// A running stage: what its session token stands for.
package struct SessionRecord: Sendable, Hashable {
    package var hash: String
    package var hostID: String
    package var bootID: String
    package var bootMAC: MACAddress
    /// The order that this stage carries out, if it has one.
    package var deploymentID: String?
    package var attempt: Int?
    /// Seconds since 1970.
    package var createdAt: Int64

    package init(
        hash: String, hostID: String, bootID: String, bootMAC: MACAddress, deploymentID: String?, attempt: Int?,
        createdAt: Int64
    ) {
        self.hash = hash
        self.hostID = hostID
        self.bootID = bootID
        self.bootMAC = bootMAC
        self.deploymentID = deploymentID
        self.attempt = attempt
        self.createdAt = createdAt
    }
}

extension StoreTransaction {
    /// The most boot tokens that one MAC address may have outstanding; the oldest go first.
    private static let outstandingTokens = 8

    /// Keeps a new boot token and drops expired ones and the oldest beyond the bounds.
    /// - Parameter limit: tokens in all, so that nobody who invents MAC addresses can fill the disk.
    package func insert(_ token: BootTokenRecord, now: Int64, limit: Int = 65_536) throws {
        try db.execute(sql: "DELETE FROM boot_tokens WHERE expires_at <= ?", arguments: [now])
        try db.execute(
            sql: "INSERT INTO boot_tokens (hash, mac, host_id, expires_at) VALUES (?, ?, ?, ?)",
            arguments: [token.hash, token.mac.description, token.hostID, token.expiresAt])
        try db.execute(
            sql: """
                DELETE FROM boot_tokens WHERE mac = ? AND hash NOT IN
                (SELECT hash FROM boot_tokens WHERE mac = ? ORDER BY expires_at DESC LIMIT ?)
                """,
            arguments: [token.mac.description, token.mac.description, Self.outstandingTokens])
        try pruneBootTokens(beyond: limit)
    }

    private func pruneBootTokens(beyond limit: Int) throws {
        let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM boot_tokens") ?? 0
        guard count > limit else { return }
        try db.execute(
            sql: """
                DELETE FROM boot_tokens WHERE hash IN
                (SELECT hash FROM boot_tokens ORDER BY expires_at, rowid LIMIT ?)
                """,
            arguments: [count - limit])
    }

    package func bootToken(hash: String) throws -> BootTokenRecord? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT hash, mac, host_id, expires_at FROM boot_tokens WHERE hash = ?", arguments: [hash])
        else { return nil }
        return BootTokenRecord(
            hash: row["hash"], mac: try Self.mac(row["mac"], table: "boot_tokens"), hostID: row["host_id"],
            expiresAt: row["expires_at"])
    }

    /// Voids every outstanding boot token and every session of a host: a newer greeting takes their place.
    package func voidTokens(hostID: String, macs: [MACAddress]) throws {
        try db.execute(sql: "DELETE FROM boot_tokens WHERE host_id = ?", arguments: [hostID])
        for mac in macs {
            try db.execute(sql: "DELETE FROM boot_tokens WHERE mac = ?", arguments: [mac.description])
        }
        try db.execute(sql: "DELETE FROM sessions WHERE host_id = ?", arguments: [hostID])
    }

    package func save(_ session: SessionRecord) throws {
        try db.execute(
            sql: """
                INSERT INTO sessions (hash, host_id, boot_id, boot_mac, deployment_id, attempt, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (hash) DO UPDATE SET deployment_id = excluded.deployment_id, attempt = excluded.attempt
                """,
            arguments: [
                session.hash, session.hostID, session.bootID, session.bootMAC.description, session.deploymentID,
                session.attempt, session.createdAt,
            ])
    }

    package func session(hash: String) throws -> SessionRecord? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM sessions WHERE hash = ?", arguments: [hash]) else {
            return nil
        }
        return SessionRecord(
            hash: row["hash"], hostID: row["host_id"], bootID: row["boot_id"],
            bootMAC: try Self.mac(row["boot_mac"], table: "sessions"), deploymentID: row["deployment_id"],
            attempt: row["attempt"], createdAt: row["created_at"])
    }

    private static func mac(_ text: String, table: String) throws -> MACAddress {
        guard let mac = MACAddress(text) else {
            throw StoreError(description: "a row of table \(table) holds '\(text)' as a MAC address")
        }
        return mac
    }
}
