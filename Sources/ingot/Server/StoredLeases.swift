import BootServices
import LeasePolicy
import Store

/// The store as the DHCP service uses it: a lease is on the medium when `commit` returns.
struct StoredLeases: LeaseStore {
    let store: Store

    func leases() async throws -> [Lease] { try await store.read { try $0.leases() } }

    func commit(_ changes: [LeaseChange]) async throws { try await store.commit(changes) }
}
