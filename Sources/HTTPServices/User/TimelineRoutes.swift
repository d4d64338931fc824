import AccessPolicy
import BootTimeline
import HTTPTypes
import Hummingbird
import NIOCore
import NetworkTypes
import Provisioning
import Store
import UserAPI

/// `/api/v1/hosts/{host}/timeline`, `/diagnosis` and `/capture`: what was seen of a host while it booted. A MAC address
/// will do, whether it is a host's or not: a host that does not boot is none yet.
struct TimelineRoutes: Sendable {
    private let provisioner: Provisioner
    private let recorder: TimelineRecorder
    private let captures: any CaptureReading

    /// As many events as are kept of one MAC address.
    private static let eventLimit = BootTimelineLimits().eventsPerMAC

    init(provisioner: Provisioner, recorder: TimelineRecorder, captures: any CaptureReading) {
        self.provisioner = provisioner
        self.recorder = recorder
        self.captures = captures
    }

    func add(to routes: OperationRoutes) {
        routes.on(.showTimeline) { request, context, account in
            let subject = try await subject(context.requiredParameter("host"), for: account)
            let events = try await recorder.events(of: subject.macs, limit: request.pageLimit)
            return try jsonResponse(Page(items: events.map { TimelineEntry($0) }))
        }
        routes.on(.diagnoseHost) { _, context, account in
            try await jsonResponse(diagnosis(subject(context.requiredParameter("host"), for: account)))
        }
        routes.on(.downloadCapture) { _, context, account in
            let text = try context.requiredParameter("host")
            let subject = try await subject(text, for: account)
            guard let file = captures.pcapFile(of: subject.macs) else {
                throw ProvisioningError(
                    .notFound, "no packets of '\(text)' were captured: only those since the server's start are kept")
            }
            return Response(
                status: .ok, headers: [.contentType: "application/vnd.tcpdump.pcap", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: file)))
        }
    }

    /// Whom a request is about.
    private struct Subject: Sendable {
        var macs: [MACAddress]
        var context = DiagnosisContext()
    }

    private func subject(_ text: String, for account: Account) async throws -> Subject {
        try await provisioner.store.read { tx in
            if let host = try tx.host(matching: text, for: account) {
                return Subject(macs: host.macs, context: try Self.context(of: host, in: tx))
            }
            // Another account's host has a MAC address, too.
            guard let mac = MACAddress(text), account.seesEveryHost else {
                throw ProvisioningError(
                    .notFound, "there is no host '\(text)': give its MAC address if it never came as far as the stage")
            }
            return Subject(macs: [mac])
        }
    }

    private static func context(of host: Host, in tx: StoreTransaction) throws -> DiagnosisContext {
        var context = DiagnosisContext(isAccepted: host.standing != .discovered)
        guard let newest = try tx.newestDeployment(hostID: host.id) else { return context }
        let revision = try tx.revisions(imageID: newest.imageID).first { $0.number == newest.revision }
        context.image = newest.state.isActive || newest.state == .failed ? newest.imageLabel : nil
        context.imageFirmware = Set((revision?.firmware ?? []).compactMap { FirmwareMode(rawValue: $0) })
        return context
    }

    private func diagnosis(_ subject: Subject) async throws -> HostDiagnosis {
        let events = try await recorder.events(of: subject.macs, limit: Self.eventLimit)
        let now = provisioner.clock() * 1000
        guard let diagnosis = Diagnosis.of(events: events, context: subject.context, now: now) else {
            return HostDiagnosis.neverHeard(subject.macs)
        }
        return HostDiagnosis(
            code: diagnosis.code, isTrouble: diagnosis.isTrouble, sentence: diagnosis.sentence,
            advice: diagnosis.advice)
    }
}

extension HostDiagnosis {
    /// Nothing ever came from these MAC addresses.
    fileprivate static func neverHeard(_ macs: [MACAddress]) -> HostDiagnosis {
        let names = macs.map(\.description).joined(separator: ", ")
        return HostDiagnosis(
            code: "never-heard", isTrouble: true, sentence: "Nothing was heard from \(names).",
            advice: "Check that the network stands first in the firmware's boot order, that this NIC has link, and "
                + "that its switch port is in a boot network's VLAN or behind a DHCP relay.")
    }
}

extension TimelineEntry {
    fileprivate init(_ event: BootEvent) {
        let (seconds, milliseconds) = event.at.quotientAndRemainder(dividingBy: 1000)
        self.init(
            at: Timestamp(seconds), millisecond: Int(max(milliseconds, 0)), mac: event.mac,
            kind: event.occurrence.kind, text: event.occurrence.text)
    }
}
