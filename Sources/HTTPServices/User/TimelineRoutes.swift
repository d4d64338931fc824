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
            let events = try await events(of: subject, limit: request.pageLimit, for: account)
            return try jsonResponse(Page(items: events.map { TimelineEntry($0) }))
        }
        routes.on(.diagnoseHost) { _, context, account in
            let subject = try await subject(context.requiredParameter("host"), for: account)
            return try await jsonResponse(diagnosis(subject, for: account))
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
                return Subject(macs: host.macs, context: try Self.context(of: host, for: account, in: tx))
            }
            // Another account's host has a MAC address, too.
            guard let mac = MACAddress(text), account.seesEveryHost else {
                throw ProvisioningError(
                    .notFound, "there is no host '\(text)': give its MAC address if it never came as far as the stage")
            }
            return Subject(macs: [mac])
        }
    }

    private static func context(
        of host: Host, for account: Account, in tx: StoreTransaction
    ) throws -> DiagnosisContext {
        var context = DiagnosisContext(isAccepted: host.standing != .discovered)
        guard let newest = try tx.newestDeployment(hostID: host.id) else { return context }
        let revision = try tx.revisions(imageID: newest.imageID).first { $0.number == newest.revision }
        let label = account.sees(newest) ? newest.imageLabel : "another account's image"
        context.image = newest.state.isActive || newest.state == .failed ? label : nil
        context.imageFirmware = Set((revision?.firmware ?? []).compactMap { FirmwareMode(rawValue: $0) })
        return context
    }

    /// The newest events. Of deployments that the account does not see it learns that they were there, and no more.
    private func events(of subject: Subject, limit: Int, for account: Account) async throws -> [BootEvent] {
        let events = try await recorder.events(of: subject.macs, limit: limit)
        guard !account.seesEveryHost else { return events }
        return try await provisioner.store.read { tx in
            var sees: [String: Bool] = [:]
            return try events.map { event -> BootEvent in
                guard let id = event.occurrence.deployment else { return event }
                let isSeen = try sees[id] ?? (tx.deployment(id: id).map { account.sees($0) } ?? false)
                sees[id] = isSeen
                return isSeen ? event : event.withoutDeployment
            }
        }
    }

    private func diagnosis(_ subject: Subject, for account: Account) async throws -> HostDiagnosis {
        let events = try await events(of: subject, limit: Self.eventLimit, for: account)
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

extension BootOccurrence {
    /// The id of the deployment that it is about.
    fileprivate var deployment: String? {
        switch self {
        case .phase(let id, _), .deploymentEnded(let id, _, _), .firstBoot(let id): id
        default: nil
        }
    }
}

extension BootEvent {
    /// What is told of it to an account that does not see its deployment.
    fileprivate var withoutDeployment: BootEvent {
        let label = "of another account"
        var event = self
        switch occurrence {
        case .phase(_, let name): event.occurrence = .phase(deployment: label, name: name)
        case .deploymentEnded(_, let state, _):
            event.occurrence = .deploymentEnded(deployment: label, state: state, message: nil)
        case .firstBoot: event.occurrence = .firstBoot(deployment: label)
        default: break
        }
        return event
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
