package import AgentProtocol
import BootTimeline
import FoundationEssentials
import ImageFormat
import Logging
import Provisioning
package import Store
import UserAPI

extension Provisioner {
    /// The most log lines that one batch may bring, and the most characters of one line.
    private static let logBound = (lines: 200, characters: 2000)

    /// A stage reports what it did. An older attempt, or a cancelled order, is refused: the stage must stop.
    package func record(_ batch: EventBatch, session: SessionRecord) async throws {
        let now = clock()
        // Once or twice a second from each stage that writes.
        let mayBeLost = batch.events.allSatisfy { if case .progress = $0 { true } else { false } }
        let hasMoved = batch.events.contains { event in
            switch event {
            case .phaseStarted, .phaseFinished: true
            case .progress, .log: false
            }
        }
        try await changeDeployment(of: session, mayBeLost: mayBeLost) { tx, deployment, attempt -> Void in
            var lines: [String] = []
            for event in batch.events {
                try deployment.apply(event, attempt: attempt, now: now)
                switch event {
                case .phaseStarted(.invalidate):
                    lines.append("phase \(PhaseName.invalidate.rawValue)")
                    try Self.noteDiskLost(tx, hostID: session.hostID)
                case .log(let line): lines.append(String(line.prefix(Self.logBound.characters)))
                case .phaseStarted(let phase): lines.append("phase \(phase.rawValue)")
                case .phaseFinished(let phase, let milliseconds):
                    lines.append("phase \(phase.rawValue) took \(milliseconds) ms")
                case .progress: break
                }
            }
            try tx.appendLog(
                deploymentID: deployment.id, attempt: attempt, lines: Array(lines.prefix(Self.logBound.lines)),
                at: now)
            if hasMoved { try Self.noteProgress(tx, hostID: session.hostID) }
            for case .phaseStarted(let phase) in batch.events {
                observe(session.bootMAC, .phase(deployment: deployment.id, name: phase.rawValue))
            }
        }
    }

    /// The host's disk does not boot from here on: until a commit, the stage is where it belongs.
    private static func noteDiskLost(_ tx: StoreTransaction, hostID: String) throws {
        guard var host = try tx.host(id: hostID), host.standing == .deployed else { return }
        host.standing = .accepted
        try tx.save(host)
    }

    /// A stage reports how its attempt ended. Only a proven commit consumes the order; the host starts its own disk from
    /// then on. A commit without a sufficient proof ends the deployment, and throws so that the stage shows why.
    package func record(_ result: DeploymentResult, session: SessionRecord) async throws {
        let now = clock()
        let refusal = try await changeDeployment(of: session) { tx, deployment, attempt -> String? in
            let revisions = try tx.revisions(imageID: deployment.imageID)
            let manifest = deployment.manifest
            try deployment.finish(
                result, attempt: attempt, imageSize: revisions.first { $0.digest == manifest }?.diskSize, now: now)
            var refusal: String?
            let line: String
            switch result {
            case .committed(let proof):
                refusal = deployment.failure?.message
                if let refusal {
                    line = "the commit is refused: \(refusal)"
                } else {
                    line =
                        "committed: \(proof.bytesVerified) bytes read back from \(proof.diskIdentity) and found right"
                    try Self.noteDeployed(tx, hostID: session.hostID)
                }
            case .failed(let phase, let code, let message):
                line = "attempt \(attempt) failed in \(phase.rawValue) (\(code.rawValue)): \(message)"
            }
            try tx.appendLog(deploymentID: deployment.id, attempt: attempt, lines: [line], at: now)
            if !deployment.state.isActive { try noteEnd(tx, of: deployment, mac: session.bootMAC) }
            return refusal
        }
        if let refusal { throw ProvisioningError(.conflict, refusal) }
    }

    /// The host's disk holds a whole system: that is where it belongs.
    private static func noteDeployed(_ tx: StoreTransaction, hostID: String) throws {
        guard var host = try tx.host(id: hostID) else { return }
        host.standing = .deployed
        try tx.save(host)
    }

    /// The installed system calls home; what it says is checked before the deployment is called done, and the receipt
    /// is signed in the same transaction.
    package func record(_ call: CallHome) async throws {
        let now = clock()
        try await store.write { tx -> Result<Void, ProvisioningError> in
            guard var deployment = try tx.deployment(id: call.deploymentID),
                let host = try tx.host(id: deployment.hostID)
            else {
                throw ProvisioningError(.forbidden, "no such deployment, or the nonce is not its own")
            }
            let before = deployment.state
            do {
                try deployment.accept(call, now: now)
            } catch DeploymentRefusal.wrongNonce {
                throw ProvisioningError(.forbidden, "no such deployment, or the nonce is not its own")
            } catch {
                try tx.appendLog(
                    deploymentID: deployment.id, attempt: deployment.attempt,
                    lines: ["a call home was refused: \(error)"], at: now)
                return .failure(ProvisioningError(.conflict, "\(error)"))
            }
            guard deployment.state != before else { return .success(()) }
            try tx.update(deployment)
            let receipt = try Receipt(of: deployment, host: host, serverVersion: serverVersion)
            let pem = try receipts.signReceipt(Array(receipt.encoded()))
            try tx.saveReceipt(deploymentID: deployment.id, pem: pem)
            try tx.appendLog(
                deploymentID: deployment.id, attempt: deployment.attempt,
                lines: ["called home from its own disk; cloud-init says \(call.cloudInitStatus)"]
                    + call.cloudInitErrors.prefix(20).map { "cloud-init: \($0.prefix(500))" },
                at: now)
            if let mac = host.macs.first { observe(mac, .firstBoot(deployment: deployment.id)) }
            try noteEnd(tx, of: deployment)
            log.info("deployment \(deployment.id) of \(host.name) is \(deployment.state.rawValue)")
            return .success(())
        }.get()
    }

    /// Ends orders that ran out and that no stage carries out, and deployments whose host never called home.
    package func endOverdueDeployments() async throws {
        let now = clock()
        try await store.write { tx in
            for var deployment in try tx.deployments(in: [.waiting, .running, .committed]) {
                guard
                    deployment.expireIfDue(now: now, listeningSince: listeningSince)
                        || deployment.giveUpIfSilent(now: now)
                else { continue }
                try noteOverdue(tx, deployment, now: now)
            }
        }
    }

    /// Stores a deployment whose time was over, and tells its log why.
    func noteOverdue(_ tx: StoreTransaction, _ deployment: Deployment, now: Int64) throws {
        let reason =
            switch (deployment.state, deployment.failure) {
            case (.expired, nil): "expired: the host never greeted"
            case (.expired, let failure?): "expired after attempt \(failure.attempt): \(failure.message)"
            case (let state, let failure): failure?.message ?? state.rawValue
            }
        try tx.update(deployment)
        try tx.appendLog(deploymentID: deployment.id, attempt: deployment.attempt, lines: [reason], at: now)
        try noteEnd(tx, of: deployment)
    }

    /// Applies a change to the deployment of a session's attempt; a refusal becomes a conflict.
    /// - Parameter mayBeLost: whether the change need not wait for the medium.
    private func changeDeployment<Outcome: Sendable>(
        of session: SessionRecord, mayBeLost: Bool = false,
        _ change: @Sendable @escaping (StoreTransaction, inout Deployment, Int) throws -> Outcome
    ) async throws -> Outcome {
        let body: @Sendable (StoreTransaction) throws -> Outcome = { tx in
            guard let current = try tx.session(hash: session.hash), let id = current.deploymentID,
                let attempt = current.attempt, var deployment = try tx.deployment(id: id)
            else {
                throw ProvisioningError(.forbidden, "this stage has no order")
            }
            let outcome: Outcome
            do {
                outcome = try change(tx, &deployment, attempt)
            } catch let refusal as DeploymentRefusal {
                throw ProvisioningError(.conflict, "\(refusal)")
            }
            try tx.update(deployment)
            return outcome
        }
        return mayBeLost ? try await store.note(body) : try await store.write(body)
    }
}
