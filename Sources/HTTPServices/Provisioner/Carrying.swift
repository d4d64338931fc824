package import AgentProtocol
import FoundationEssentials
import Logging
import Provisioning
package import Store

extension Provisioner {
    /// The most log lines that one batch may bring, and the most characters of one line.
    private static let logBound = (lines: 200, characters: 2000)

    /// A stage reports what it did. An older attempt, or a cancelled order, is refused: the stage must stop.
    package func record(_ batch: EventBatch, session: SessionRecord) async throws {
        let now = clock()
        try await changeDeployment(of: session) { tx, deployment, attempt in
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
        }
    }

    /// The host's disk does not boot from here on: until a commit, the stage is where it belongs.
    private static func noteDiskLost(_ tx: StoreTransaction, hostID: String) throws {
        guard var host = try tx.host(id: hostID), host.standing == .deployed else { return }
        host.standing = .accepted
        try tx.save(host)
    }

    /// A stage reports how its attempt ended. Only a commit consumes the order; the host starts its own disk from
    /// then on.
    package func record(_ result: DeploymentResult, session: SessionRecord) async throws {
        let now = clock()
        try await changeDeployment(of: session) { tx, deployment, attempt in
            try deployment.finish(result, attempt: attempt, now: now)
            let line: String
            switch result {
            case .committed(let proof):
                line = "committed: \(proof.bytesVerified) bytes read back from \(proof.diskIdentity) and found right"
                if var host = try tx.host(id: session.hostID) {
                    host.standing = .deployed
                    try tx.save(host)
                }
            case .failed(let phase, let code, let message):
                line = "attempt \(attempt) failed in \(phase.rawValue) (\(code.rawValue)): \(message)"
            }
            try tx.appendLog(deploymentID: deployment.id, attempt: attempt, lines: [line], at: now)
        }
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
            let receipt = DeploymentReceipt(of: deployment, host: host, serverVersion: serverVersion)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            let pem = try receipts.signReceipt(Array(encoder.encode(receipt)))
            try tx.saveReceipt(deploymentID: deployment.id, pem: pem)
            try tx.appendLog(
                deploymentID: deployment.id, attempt: deployment.attempt,
                lines: ["called home from its own disk; cloud-init says \(call.cloudInitStatus)"]
                    + call.cloudInitErrors.prefix(20).map { "cloud-init: \($0.prefix(500))" },
                at: now)
            log.info("deployment \(deployment.id) of \(host.name) is \(deployment.state.rawValue)")
            return .success(())
        }.get()
    }

    /// Ends orders whose host never greeted in time, and deployments whose host never called home.
    package func endOverdueDeployments() async throws {
        let now = clock()
        try await store.write { tx in
            for var deployment in try tx.deployments(in: [.waiting, .committed]) {
                guard deployment.expireIfDue(now: now) || deployment.giveUpIfSilent(now: now) else { continue }
                try tx.update(deployment)
                let reason = deployment.failure?.message ?? "expired: the host never greeted"
                try tx.appendLog(
                    deploymentID: deployment.id, attempt: deployment.attempt, lines: [reason], at: now)
            }
        }
    }

    /// Applies a change to the deployment of a session's attempt; a refusal becomes a conflict.
    private func changeDeployment(
        of session: SessionRecord,
        _ change: @Sendable @escaping (StoreTransaction, inout Deployment, Int) throws -> Void
    ) async throws {
        try await store.write { tx in
            guard let current = try tx.session(hash: session.hash), let id = current.deploymentID,
                let attempt = current.attempt, var deployment = try tx.deployment(id: id)
            else {
                throw ProvisioningError(.forbidden, "this stage has no order")
            }
            do {
                try change(tx, &deployment, attempt)
            } catch let refusal as DeploymentRefusal {
                throw ProvisioningError(.conflict, "\(refusal)")
            }
            try tx.update(deployment)
        }
    }
}
