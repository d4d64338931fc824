extension Schema {
    /// What happened while hosts booted; `newest` is the time of a timeline's newest event, in milliseconds since 1970.
    static let bootTimeline = [
        """
        CREATE TABLE boot_timelines (
            mac TEXT PRIMARY KEY NOT NULL, newest BIGINT NOT NULL)
        """,
        "CREATE INDEX boot_timelines_by_newest ON boot_timelines (newest)",
        """
        CREATE TABLE boot_events (
            id INTEGER PRIMARY KEY, mac TEXT NOT NULL REFERENCES boot_timelines (mac) ON DELETE CASCADE,
            document TEXT NOT NULL)
        """,
        "CREATE INDEX boot_events_by_mac ON boot_events (mac, id)",
    ]
}
