import BootTimeline
import NIOCore
import NetworkTypes
import TFTP

/// Tells an observer how transfers ended, under the MAC address of their client. Clients without one are left out.
struct TransferReporter: Sendable {
    let observer: any BootObserving
    /// The MAC address of the client that has this address now.
    let macOf: @Sendable (IPv4Address) async -> MACAddress?

    /// A transfer was carried out.
    func report(_ request: TFTPClientRequest, _ report: TFTPTransferReport, milliseconds: Int) async {
        let isComplete = report.outcome == .completed
        await record(
            request,
            TransferRecord(
                service: .tftp, file: request.file, bytes: report.bytes, milliseconds: milliseconds,
                // Where nothing came back, no block was sent: only what answers the options.
                blockSize: report.outcome == .unanswered ? nil : report.blockSize, ending: report.outcome.ending,
                detail: isComplete ? nil : report.outcome.description))
    }

    /// A request was refused.
    func report(_ request: TFTPClientRequest, refusal: TFTPError, milliseconds: Int) async {
        let ending: TransferRecord.Ending = refusal.code == .fileNotFound ? .missing : .failed
        await record(
            request,
            TransferRecord(
                service: .tftp, file: request.file, bytes: 0, milliseconds: milliseconds, ending: ending,
                detail: refusal.message))
    }

    private func record(_ request: TFTPClientRequest, _ transfer: TransferRecord) async {
        let at = systemMilliseconds()
        guard let text = request.client.ipAddress, let address = IPv4Address(text), let mac = await macOf(address)
        else { return }
        observer.record(BootEvent(at: at, mac: mac, occurrence: .transfer(transfer)))
    }
}

extension TFTPOutcome {
    /// The outcome as the timeline knows it.
    fileprivate var ending: TransferRecord.Ending {
        switch self {
        case .completed: .complete
        case .unanswered, .stalled: .stalled
        case .refusedByClient, .clientGone: .aborted
        case .protocolError, .tooSlow, .serverStopped: .failed
        }
    }
}
