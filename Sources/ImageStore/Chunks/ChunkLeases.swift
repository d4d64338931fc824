package import ImageFormat

/// Keeps the sweep away from what running imports use.
///
/// An import takes each digest before it looks whether the store has it; the sweep condemns a digest before it removes
/// it. What an import gives back while a sweep runs stays taken until that sweep ends, because the sweep may have read
/// the manifests before the import wrote its own.
package actor ChunkLeases {
    /// One import's hold.
    package struct Lease: Hashable, Sendable {
        fileprivate let id: UInt64
    }

    private var nextID: UInt64 = 0
    private var taken: [Lease: Set<ChunkDigest>] = [:]
    private var holders: [ChunkDigest: Int] = [:]
    private var sweeps = 0
    private var releasedDuringSweep: Set<ChunkDigest> = []
    private var condemned: Set<ChunkDigest> = []
    private var waiting: [ChunkDigest: [CheckedContinuation<Void, Never>]] = [:]

    package init() {}

    /// Begins an import's hold on nothing.
    package func begin() -> Lease {
        nextID += 1
        let lease = Lease(id: nextID)
        taken[lease] = []
        return lease
    }

    /// Holds `digest` until the lease ends; waits while a sweep removes it. False if the lease held it already.
    @discardableResult
    package func take(_ digest: ChunkDigest, for lease: Lease) async -> Bool {
        while condemned.contains(digest) {
            await withCheckedContinuation { waiting[digest, default: []].append($0) }
        }
        guard taken[lease, default: []].insert(digest).inserted else { return false }
        holders[digest, default: 0] += 1
        return true
    }

    /// As the other `take`, of several.
    func take(_ digests: [ChunkDigest], for lease: Lease) async -> [Bool] {
        var isTaken: [Bool] = []
        for digest in digests { isTaken.append(await take(digest, for: lease)) }
        return isTaken
    }

    /// Gives back everything that the lease holds.
    package func end(_ lease: Lease) {
        for digest in taken.removeValue(forKey: lease) ?? [] {
            let left = (holders[digest] ?? 1) - 1
            holders[digest] = left > 0 ? left : nil
            if left <= 0 && sweeps > 0 { releasedDuringSweep.insert(digest) }
        }
    }

    /// Whether an import holds `digest`, or has given it back while a sweep runs.
    func isHeld(_ digest: ChunkDigest) -> Bool { holders[digest] != nil || releasedDuringSweep.contains(digest) }

    /// Begins a sweep; to be called before it reads which manifests there are.
    func beginSweep() { sweeps += 1 }

    /// Ends a sweep.
    func endSweep() {
        sweeps -= 1
        if sweeps == 0 { releasedDuringSweep = [] }
    }

    /// Runs `body` while no import can take `digest`; nil, and nothing was run, where one holds it.
    nonisolated func whileCondemned<T>(_ digest: ChunkDigest, _ body: () async throws -> T) async throws -> T? {
        guard await condemn(digest) else { return nil }
        do {
            let result = try await body()
            await absolve(digest)
            return result
        } catch {
            await absolve(digest)
            throw error
        }
    }

    private func condemn(_ digest: ChunkDigest) -> Bool {
        guard holders[digest] == nil, !releasedDuringSweep.contains(digest) else { return false }
        return condemned.insert(digest).inserted
    }

    private func absolve(_ digest: ChunkDigest) {
        condemned.remove(digest)
        for continuation in waiting.removeValue(forKey: digest) ?? [] { continuation.resume() }
    }
}
