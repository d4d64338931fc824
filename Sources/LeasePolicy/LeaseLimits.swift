/// Bounds of what the lease table keeps in memory.
package struct LeaseLimits: Hashable, Sendable {
    /// OFFERs and probes at one time.
    package var offers = 8192
    /// How long an OFFER holds its address, in seconds.
    package var offerSeconds: Int64 = 60
    /// Addresses set aside because something else answers there; above it the one that has waited longest is freed.
    package var quarantined = 1024
    /// How long such an address is set aside, in seconds.
    package var quarantineSeconds: Int64 = 3600
    /// Whether an address is probed before a client gets it for the first time.
    package var probes = true

    package init() {}
}
