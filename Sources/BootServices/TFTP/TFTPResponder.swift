import Logging
import Metrics
import NIOCore
import NetworkTypes
import TFTP

/// Answers requests: decides which are served, opens a socket for each and reports how its transfer ended.
struct TFTPResponder: Sendable {
    let log: Logger
    private let files: any BootFileProviding
    private let limits: TFTPServiceLimits
    private let table: TransferTable
    private let reporter: TransferReporter
    private let loop: TransferLoop

    init(
        files: any BootFileProviding, limits: TFTPServiceLimits, reporter: TransferReporter, loop: TransferLoop,
        log: Logger
    ) {
        self.files = files
        self.limits = limits
        self.reporter = reporter
        self.loop = loop
        self.log = log
        table = TransferTable(limit: limits.transfers, perAddress: limits.transfersPerAddress)
    }

    /// The request of a datagram that came to the well-known port; nil where there is nothing to answer.
    func admit(_ envelope: AddressedEnvelope<ByteBuffer>) -> TFTPClientRequest? {
        let client = envelope.remoteAddress
        let request: TFTPRequest
        do {
            switch try TFTPPacket(datagram: envelope.data) {
            case .readRequest(let read): request = read
            case .writeRequest(let write): request = TFTPRequest(file: write.file, mode: Self.writing)
            default: throw TFTPServiceError("expected a request, found a packet of a transfer")
            }
        } catch {
            Counter(label: "ingot_tftp_malformed_packets").increment()
            log.debug("tftp \(client): \(error)")
            return nil
        }
        let admitted = TFTPClientRequest(client: client, request: request, size: envelope.data.readableBytes)
        switch table.admit(client) {
        case .admitted: return admitted
        case .duplicate: return nil
        case .full:
            log.warning("\(admitted.description): dropped, all \(limits.transfers) transfers are taken")
            return nil
        case .tooMany:
            log.warning("\(admitted.description): dropped, this address has \(limits.transfersPerAddress) transfers")
            return nil
        }
    }

    /// Carries out one transfer, to its end.
    func respond(to request: TFTPClientRequest, from address: IPv4Address) async {
        defer { table.remove(request.client) }
        let started = NIODeadline.now()
        do {
            let socket = try TransferSocket(from: address, to: request.client)
            await serve(request, on: socket, at: address, started: started)
        } catch {
            log.error("\(request.description): \(error)")
        }
    }

    /// Closes the socket.
    private func serve(
        _ request: TFTPClientRequest, on socket: TransferSocket, at server: IPv4Address, started: NIODeadline
    ) async {
        let contents: ByteBuffer
        let settings: TFTPSettings
        do throws(TFTPError) {
            contents = try await self.contents(for: request, at: server)
            settings = try TFTPSettings(
                options: request.request.options, size: contents.readableBytes, limits: limits.transfer)
        } catch {
            log.notice("\(request.description): refused with \(error)")
            socket.send(.error(error))
            socket.close()
            return await reporter.report(request, refusal: error, milliseconds: Self.milliseconds(since: started))
        }
        let transfer = TFTPTransfer(
            size: contents.readableBytes, settings: settings, limits: limits.transfer, requestSize: request.size)
        let report = await loop.carry(transfer, contents: contents, on: socket, limit: limits.duration)
        let milliseconds = Self.milliseconds(since: started)
        self.report(request, report, milliseconds)
        await reporter.report(request, report, milliseconds: milliseconds)
    }

    private static func milliseconds(since started: NIODeadline) -> Int {
        Int((NIODeadline.now() - started).nanoseconds / 1_000_000)
    }

    /// - Throws: the `TFTPError` that the client gets.
    private func contents(
        for request: TFTPClientRequest, at server: IPv4Address
    ) async throws(TFTPError) -> ByteBuffer {
        switch request.request.mode {
        case .octet: break
        case Self.writing: throw TFTPError(.accessViolation, "this server is read only")
        default: throw TFTPError(.illegalOperation, "only mode octet is served")
        }
        do {
            if let contents = try await files.contents(of: request.file, at: server) { return contents }
        } catch {
            log.error("\(request.description): \(error)")
            throw TFTPError(.accessViolation, "the server cannot read this file; its log has the cause")
        }
        throw TFTPError(.fileNotFound, "no such boot file")
    }

    private func report(_ request: TFTPClientRequest, _ report: TFTPTransferReport, _ elapsed: Int) {
        Counter(label: "ingot_tftp_transfers", dimensions: [("outcome", report.outcome.label)]).increment()
        let milliseconds = max(elapsed, 1)
        let rate = Double(report.bytes) / Double(milliseconds) / 1000
        let figures =
            "\(report.bytes) of \(report.size) bytes in \(milliseconds) ms, \((rate * 10).rounded() / 10) MB/s"
        switch report.outcome {
        case .completed, .refusedByClient, .serverStopped:
            log.info("\(request.description): \(report.outcome); \(figures)")
        case .protocolError, .unanswered, .stalled, .clientGone, .tooSlow:
            log.warning("\(request.description): \(report.outcome); \(figures)")
        }
    }

    /// Stands for a write request, which no mode of a client can spell.
    private static let writing = TFTPMode(rawValue: "\u{0}write")
}
