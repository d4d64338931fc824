import BootPolicy
import BootServices
import LeasePolicy
import NetworkTypes

/// A lease store in memory that fails, stalls and remembers as a test wants.
actor MemoryLeaseStore: LeaseStore {
    struct DiskFull: Error {}

    struct Unwritten: Error {
        var found: Int
        var expected: Int
    }

    private(set) var commits: [[LeaseChange]] = []
    private(set) var attempts = 0
    private var kept: [Lease]
    private var failure: (any Error)?
    private var delay: Duration

    init(kept: [Lease] = [], failure: (any Error)? = nil, delay: Duration = .zero) {
        self.kept = kept
        self.failure = failure
        self.delay = delay
    }

    func leases() -> [Lease] { kept }

    func commit(_ changes: [LeaseChange]) async throws {
        attempts += 1
        try await Task.sleep(for: delay)
        if let failure { throw failure }
        commits.append(changes)
    }

    func fail(with failure: (any Error)?) { self.failure = failure }

    /// Every lease written, as soon as there are `count` of them; throws where there are not after five seconds.
    func written(_ count: Int) async throws -> [Lease] {
        for _ in 0..<500 where written.count < count { try await Task.sleep(for: .milliseconds(10)) }
        guard written.count == count else { throw Unwritten(found: written.count, expected: count) }
        return written
    }

    /// Every lease written, oldest first.
    var written: [Lease] {
        commits.joined().compactMap {
            guard case .put(let lease) = $0 else { return nil }
            return lease
        }
    }
}

/// Boot files by what the client says it is, and nothing else.
struct FixedBootFiles: BootFileChoosing {
    func answer(to request: BootRequest) -> BootAnswer {
        if request.isIPXE { return .http(url: "http://\(request.server)/boot/script.ipxe") }
        return switch request.clientClass {
        case .pxe: .tftp(server: request.server, file: "snponly.efi")
        case .http: .http(url: "http://\(request.server)/snponly.efi")
        case .other: .none(reason: "it does not boot from the network")
        }
    }
}
