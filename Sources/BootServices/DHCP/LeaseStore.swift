package import LeasePolicy

/// Where leases outlive the process.
package protocol LeaseStore: Sendable {
    /// Every lease that was kept, in any order.
    func leases() async throws -> [Lease]

    /// Writes all changes down, in order and together; they are on the disk when this returns.
    ///
    /// Throws `LeaseDurabilityLost` where the disk did not say whether it has them (a failed fsync), and any other
    /// error where none of them happened.
    func commit(_ changes: [LeaseChange]) async throws
}
