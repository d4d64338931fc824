import LinuxSystem
import NIOCore
import Synchronization
import TFTP

/// Carries all transfers of a server on one thread. A transfer is a system call or two for each packet and little else,
/// which is why it has no channels.
final class TransferLoop: Sendable {
    private struct Job: Sendable {
        let transfer: TFTPTransfer
        let contents: ByteBuffer
        let socket: TransferSocket
        let limit: TimeAmount
        let finished: CheckedContinuation<TFTPTransferReport, Never>
    }

    private struct State {
        var jobs: [Job] = []
        var isStopped = false
    }

    /// What the thread works with.
    private struct Transfers {
        var running: [CInt: (transfer: CarriedTransfer, finished: CheckedContinuation<TFTPTransferReport, Never>)] = [:]
        let writer = BlockWriter()
        var buffer = ByteBuffer()
        /// No transfer is due earlier.
        var due = NIODeadline.distantFuture
    }

    private let state = Mutex(State())
    private let readiness: Readiness

    init() throws { readiness = try Readiness() }

    /// Carries a transfer to its end and closes its socket.
    func carry(
        _ transfer: TFTPTransfer, contents: ByteBuffer, on socket: TransferSocket, limit: TimeAmount
    ) async -> TFTPTransferReport {
        await withCheckedContinuation { finished in
            let job = Job(transfer: transfer, contents: contents, socket: socket, limit: limit, finished: finished)
            let isTaken = state.withLock { state in
                if !state.isStopped { state.jobs.append(job) }
                return !state.isStopped
            }
            if isTaken {
                readiness.wake()
            } else {
                socket.close()
                finished.resume(
                    returning: TFTPTransferReport(
                        outcome: .serverStopped, bytes: 0, size: transfer.size, blockSize: transfer.settings.blockSize))
            }
        }
    }

    /// Ends all transfers, and `run`.
    func stop() {
        state.withLock { $0.isStopped = true }
        readiness.wake()
    }

    /// Carries transfers until `stop` is called. Blocks.
    func run() {
        var transfers = Transfers()
        var ready: [CInt] = []
        var alarm = NIODeadline.distantFuture
        while true {
            if transfers.due != alarm {
                alarm = transfers.due
                readiness.setAlarm(alarm.uptimeNanoseconds)
            }
            let isWoken = readiness.wait(ready: &ready)
            for descriptor in ready {
                guard let running = transfers.running[descriptor] else { continue }
                running.transfer.receive(into: &transfers.buffer, transfers.writer)
                settle(descriptor, in: &transfers)
            }
            if !isWoken { carryAlone(&transfers) }
            let now = NIODeadline.now()
            if now >= transfers.due { elapse(now, &transfers) }
            if isWoken, !takeJobs(into: &transfers) { return }
        }
    }

    /// While one transfer is the only one, it is waited for in its socket, which is a system call less for each packet. Ends
    /// as soon as there is anything else to do, or nothing has come for two milliseconds.
    private func carryAlone(_ transfers: inout Transfers) {
        guard transfers.running.count == 1, let (descriptor, running) = transfers.running.first else { return }
        while running.transfer.outcome == nil, NIODeadline.now() < transfers.due, !hasNews,
            running.transfer.wait(into: &transfers.buffer, transfers.writer)
        {
            transfers.due = min(transfers.due, running.transfer.due)
        }
        settle(descriptor, in: &transfers)
    }

    private var hasNews: Bool { state.withLock { !$0.jobs.isEmpty || $0.isStopped } }

    /// False where the loop ends.
    private func takeJobs(into transfers: inout Transfers) -> Bool {
        let (jobs, isStopped) = state.withLock { state in
            defer { state.jobs = [] }
            return (state.jobs, state.isStopped)
        }
        for job in jobs {
            let descriptor = job.socket.descriptor
            let carried = CarriedTransfer(job.transfer, contents: job.contents, on: job.socket, limit: job.limit)
            transfers.running[descriptor] = (carried, job.finished)
            let isWaitedFor = readiness.add(descriptor, onlyNews: true)
            if isWaitedFor { carried.start(transfers.writer) } else { carried.stop(transfers.writer) }
            settle(descriptor, in: &transfers)
        }
        guard isStopped else { return true }
        for (descriptor, running) in transfers.running {
            running.transfer.stop(transfers.writer)
            settle(descriptor, in: &transfers)
        }
        return false
    }

    /// Forgets a transfer that has ended, and knows when the others are due.
    private func settle(_ descriptor: CInt, in transfers: inout Transfers) {
        guard let running = transfers.running[descriptor] else { return }
        guard running.transfer.outcome != nil else {
            transfers.due = min(transfers.due, running.transfer.due)
            return
        }
        transfers.running[descriptor] = nil
        running.finished.resume(returning: running.transfer.report)
    }

    private func elapse(_ now: NIODeadline, _ transfers: inout Transfers) {
        transfers.due = .distantFuture
        for (descriptor, running) in transfers.running {
            running.transfer.elapse(now, into: &transfers.buffer, transfers.writer)
            settle(descriptor, in: &transfers)
        }
    }
}
