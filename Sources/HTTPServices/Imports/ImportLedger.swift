import ImageStore
import UserAPI

/// The imports that wait, run and have ended; of the ended ones only the newest. Kept in memory: an import ends with
/// the process, and what it has left is swept at the next start.
struct ImportLedger: Sendable {
    private struct Entry {
        let job: ImportJob
        var state = ImportStateName.waiting
        var progress: ImportProgress?
        /// When the phase began, in seconds since 1970.
        var since: Int64 = 0
        var revision: ImageRevision?
        var failure: String?
        /// Ends the running import.
        var stop: AsyncStream<Never>.Continuation?
    }

    private static let keptEntries = 200

    private let waitingLimit: Int
    private var entries: [Entry] = []

    init(waitingLimit: Int) { self.waitingLimit = waitingLimit }

    /// Throws where no further import may wait.
    func requireRoom() throws(ProvisioningError) {
        guard entries.count(where: { $0.state == .waiting }) < waitingLimit else {
            throw ProvisioningError(.conflict, "\(waitingLimit) imports are waiting already: try again later")
        }
    }

    /// Enters an import that waits.
    mutating func add(_ job: ImportJob) throws(ProvisioningError) {
        try requireRoom()
        if entries.count >= Self.keptEntries, let ended = entries.firstIndex(where: { $0.state.isFinal }) {
            entries.remove(at: ended)
        }
        entries.append(Entry(job: job))
    }

    /// The import runs from now on; false where it was cancelled while it waited.
    mutating func begin(_ id: String, stop: AsyncStream<Never>.Continuation) -> Bool {
        guard let index = index(id), entries[index].state == .waiting else { return false }
        entries[index].state = .running
        entries[index].stop = stop
        return true
    }

    mutating func note(_ id: String, _ progress: ImportProgress, now: Int64) {
        guard let index = index(id), entries[index].state == .running else { return }
        if entries[index].progress?.phase != progress.phase { entries[index].since = now }
        entries[index].progress = progress
    }

    mutating func note(_ id: String, revision: ImageRevision) {
        guard let index = index(id) else { return }
        entries[index].revision = revision
    }

    /// The import has ended; one that has made its revision is done, even if it was cancelled a moment later.
    mutating func end(_ id: String, _ state: ImportStateName, failure: String? = nil) {
        guard let index = index(id) else { return }
        entries[index].state = entries[index].revision == nil ? state : .done
        entries[index].failure = failure
        entries[index].stop = nil
    }

    /// Cancels an import that waits or asks a running one to stop.
    mutating func cancel(_ id: String) throws(ProvisioningError) {
        guard let index = index(id) else { throw Self.unknown(id) }
        switch entries[index].state {
        case .waiting: entries[index].state = .cancelled
        case .running: entries[index].stop?.finish()
        default: throw ProvisioningError(.conflict, "import \(id) is \(entries[index].state.rawValue) already")
        }
    }

    /// Every import, newest first.
    func details(now: Int64) -> [ImportDetail] { entries.reversed().map { Self.detail($0, now: now) } }

    func detail(_ id: String, now: Int64) throws(ProvisioningError) -> ImportDetail {
        guard let index = index(id) else { throw Self.unknown(id) }
        return Self.detail(entries[index], now: now)
    }

    private func index(_ id: String) -> Int? { entries.lastIndex { $0.job.id == id } }

    private static func unknown(_ id: String) -> ProvisioningError {
        ProvisioningError(.notFound, "there is no import '\(id)'")
    }

    private static func detail(_ entry: Entry, now: Int64) -> ImportDetail {
        ImportDetail(
            id: entry.job.id, image: entry.job.image, source: entry.job.source, state: entry.state,
            progress: entry.state == .running
                ? entry.progress.map {
                    TransferProgress(done: $0.bytesRead, total: $0.total ?? 0, elapsed: now - entry.since)
                } : nil,
            revision: entry.revision, failure: entry.failure,
            phase: entry.state == .running ? entry.progress?.phase.rawValue : nil)
    }
}
