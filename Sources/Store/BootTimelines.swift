package import BootTimeline
import GRDB
package import NetworkTypes

/// How much of what happened is kept.
package struct BootTimelineLimits: Hashable, Sendable {
    /// The newest events of one MAC address.
    package var eventsPerMAC: Int
    /// MAC addresses; those that have been silent longest are forgotten first.
    package var macs: Int
    /// Events in all, so that nobody who invents MAC addresses can fill the disk.
    package var events: Int

    package init(eventsPerMAC: Int = 500, macs: Int = 10_000, events: Int = 1_000_000) {
        self.eventsPerMAC = max(eventsPerMAC, 1)
        self.macs = max(macs, 1)
        self.events = max(events, 1)
    }
}

extension StoreTransaction {
    /// Adds events in their order and forgets the oldest beyond `limits`, of MAC addresses that are no host's first.
    package func append(_ events: [BootEvent], limits: BootTimelineLimits) throws {
        let timeline = try db.cachedStatement(
            sql: """
                INSERT INTO boot_timelines (mac, newest) VALUES (?, ?)
                ON CONFLICT (mac) DO UPDATE SET newest = excluded.newest
                """)
        let line = try db.cachedStatement(sql: "INSERT INTO boot_events (mac, document) VALUES (?, ?)")
        for event in events {
            try timeline.execute(arguments: [event.mac.description, event.at])
            try line.execute(arguments: [event.mac.description, try encodeDocument(event)])
        }
        for mac in Set(events.map(\.mac)) { try pruneBootEvents(of: mac, keep: limits.eventsPerMAC) }
        try pruneBootTimelines(limits)
    }

    /// MAC addresses that have events, in any order.
    package func bootEventMACs(limit: Int) throws -> [MACAddress] {
        try String.fetchAll(db, sql: "SELECT mac FROM boot_timelines LIMIT ?", arguments: [limit])
            .compactMap { MACAddress($0) }
    }

    /// The newest events of these MAC addresses, oldest first.
    package func bootEvents(of macs: [MACAddress], limit: Int) throws -> [BootEvent] {
        guard !macs.isEmpty else { return [] }
        let marks = macs.map { _ in "?" }.joined(separator: ", ")
        return try String.fetchAll(
            db, sql: "SELECT document FROM boot_events WHERE mac IN (\(marks)) ORDER BY id DESC LIMIT ?",
            arguments: StatementArguments(macs.map(\.description)) + [limit]
        ).reversed().map { try decodeDocument(BootEvent.self, $0, table: "boot_events") }
    }

    private func pruneBootEvents(of mac: MACAddress, keep count: Int) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM boot_events WHERE mac = ? AND id <=
                (SELECT id FROM boot_events WHERE mac = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
                """
        ).execute(arguments: [mac.description, mac.description, count])
    }

    private func pruneBootTimelines(_ limits: BootTimelineLimits) throws {
        // Ids rise by one for each event: the newest ones are the ones with the highest.
        try db.execute(
            sql: """
                DELETE FROM boot_events WHERE id <= (SELECT MAX(id) FROM boot_events) - ?
                AND mac NOT IN (SELECT mac FROM host_macs)
                """,
            arguments: [limits.events])
        let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM boot_timelines") ?? 0
        guard count > limits.macs else { return }
        try db.execute(
            sql: """
                DELETE FROM boot_timelines WHERE mac IN
                (SELECT mac FROM boot_timelines
                    ORDER BY mac IN (SELECT mac FROM host_macs), newest, mac LIMIT ?)
                """,
            arguments: [count - limits.macs])
    }
}
