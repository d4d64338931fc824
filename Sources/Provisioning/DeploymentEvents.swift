public import AgentProtocol

extension Deployment {
    /// What opening an attempt led to.
    public enum Opening: Hashable, Sendable {
        /// The stage is to write `disk`.
        case proceed(disk: Disk)
        /// The stage is to write nothing: the deployment just ended.
        case ended(DeploymentFailure)
    }

    /// A stage of the bound host greeted: opens the next attempt, or ends the deployment where all are used up or no
    /// disk can be chosen. Older attempts are void from now on.
    public mutating func open(
        inventory: Inventory, bootID: String, now: Int64
    ) throws(DeploymentRefusal) -> Opening {
        guard state.isOpen else { throw .notPossible(state) }
        if expireIfDue(now: now) { throw .expired }
        guard attempt < maximumAttempts else {
            let last = failure?.message ?? "the stage fell silent"
            return park(message: "all \(maximumAttempts) attempts are used up; the last one: \(last)", now: now)
        }
        let chosen: Disk
        switch chooseDisk(inventory) {
        case .success(let disk): chosen = disk
        case .failure(let reason): return refuse(code: .diskSelection, message: reason.message, now: now)
        }
        disk = chosen
        attempt += 1
        state = .running
        stageBootID = bootID
        startedAt = now
        lastContactAt = now
        phase = nil
        progress = nil
        phaseMilliseconds = [:]
        return .proceed(disk: chosen)
    }

    /// A stage reports progress of attempt `attempt`.
    public mutating func apply(_ event: AgentEvent, attempt: Int, now: Int64) throws(DeploymentRefusal) {
        try requireRunning(attempt)
        lastContactAt = now
        switch event {
        case .phaseStarted(let name):
            phase = name
            progress = PhaseProgress(done: 0, total: 0, since: now)
        case .progress(let name, let done, let total):
            let since = phase == name ? progress?.since ?? now : now
            phase = name
            progress = PhaseProgress(done: done, total: total, since: since)
        case .phaseFinished(let name, let milliseconds):
            phaseMilliseconds[name.rawValue] = milliseconds
        case .log:
            break
        }
    }

    /// The stage ended attempt `attempt`. A repeated report of the same commit is accepted, so that a lost answer
    /// does no harm; so is one that comes after the silence that ended the order, for the disk is right. A commit
    /// whose proof is not one of the whole image on the ordered disk ends the deployment: `failure` says why.
    /// - Parameter imageSize: the size of the ordered image's disk in bytes; nil where the image is gone.
    public mutating func finish(
        _ result: DeploymentResult, attempt: Int, imageSize: UInt64?, now: Int64
    ) throws(DeploymentRefusal) {
        switch result {
        case .committed(let proof):
            if state == .committed, attempt == self.attempt { return }
            if !isLostStage(attempt) { try requireRunning(attempt) }
            commit(proof, imageSize: imageSize, now: now)
        case .failed(let phase, let code, let message):
            try requireRunning(attempt)
            failure = DeploymentFailure(attempt: attempt, phase: phase, code: code, message: message)
            if Self.isFinal(code) {
                end(.failed, now: now)
            } else if attempt >= maximumAttempts {
                end(.parked, now: now)
            } else {
                state = .waiting
            }
        }
    }

    /// The installed system calls home. Accepted only from another boot than the stage's, from the ordered disk, with
    /// the order's nonce; repeating it changes nothing.
    public mutating func accept(_ call: CallHome, now: Int64) throws(DeploymentRefusal) {
        guard call.nonce == nonce else { throw .wrongNonce }
        if (state == .done || state == .doneWithErrors) && call.bootID == callHome?.bootID { return }
        let isLate = state == .failed && failure?.code == .neverCalledHome
        guard state == .committed || isLate else { throw .notPossible(state) }
        guard call.bootID != stageBootID else { throw .calledFromStage }
        guard let disk else { throw .notPossible(state) }
        if let serial = disk.serial {
            guard call.rootDiskSerial == serial else {
                throw .wrongDisk(found: "'\(call.rootDiskSerial)'", expected: "'\(serial)'")
            }
        } else {
            guard diskSlot(call.rootDiskPath) == diskSlot(disk.path) else {
                throw .wrongDisk(found: "'\(call.rootDiskPath)'", expected: "'\(disk.path)'")
            }
        }
        callHome = call
        failure = nil
        let isClean = call.cloudInitStatus == "done" && call.cloudInitErrors.isEmpty
        end(isClean ? .done : .doneWithErrors, now: now)
    }

    /// An operator cancels an open order, or gives up waiting for a committed one's host: the disk stays as it is then,
    /// and a late call home is still accepted.
    public mutating func cancel(now: Int64) throws(DeploymentRefusal) {
        guard state != .committed else { return giveUp("an operator did not wait for the host to call home", now: now) }
        guard state.isOpen else { throw .notPossible(state) }
        end(.cancelled, now: now)
    }

    /// How long the stage of a running order may say nothing before it counts as gone, in seconds: longer than a stage
    /// that writes waits for a server that does not answer.
    public static let silenceLimit: Int64 = 900

    /// Ends an order whose time is over, so that it cannot write a disk long after it was given: a waiting one whatever
    /// its attempt, a running one only when its stage has been silent for `silenceLimit`. True if it did.
    /// - Parameter listeningSince: since when the server could hear a stage, in seconds since 1970.
    public mutating func expireIfDue(now: Int64, listeningSince: Int64 = .min) -> Bool {
        guard state.isOpen, now >= expiresAt else { return false }
        if state == .running {
            let heard = max(lastContactAt ?? startedAt ?? createdAt, listeningSince)
            guard now >= heard + Self.silenceLimit else { return false }
            failure = DeploymentFailure(
                attempt: attempt, phase: phase, code: .serverUnreachable,
                message: "the stage of attempt \(attempt) said nothing for \(Self.silenceLimit / 60) minutes, and the "
                    + "order has run out: look at the host's console, then order again")
        }
        end(.expired, now: now)
        return true
    }

    /// How long a host has from the commit to its call home, in seconds: slow firmware and a long first boot included.
    public static let callHomeLifetime: Int64 = 3600

    /// Ends a committed deployment whose host has been silent for too long; true if it did. The host's disk is right,
    /// and a late call home is still accepted.
    public mutating func giveUpIfSilent(now: Int64) -> Bool {
        guard state == .committed, let committedAt, now >= committedAt + Self.callHomeLifetime else { return false }
        giveUp("the host did not call home within \(Self.callHomeLifetime / 60) minutes: look at its console", now: now)
        return true
    }

    private mutating func giveUp(_ reason: String, now: Int64) {
        failure = DeploymentFailure(
            attempt: attempt, phase: nil, code: .neverCalledHome,
            message: "the disk was written and proven, but \(reason)")
        end(.failed, now: now)
    }

    /// Failures that another attempt cannot mend.
    private static func isFinal(_ code: FailureCode) -> Bool {
        [.orderRefused, .diskSelection, .imageUnfit, .manifestRefused, .cancelled].contains(code)
    }

    /// Takes a commit over, or ends the deployment where its proof is none.
    private mutating func commit(_ proof: WriteProof, imageSize: UInt64?, now: Int64) {
        if let doubt = self.doubt(about: proof, imageSize: imageSize) {
            failure = doubt
            end(.failed, now: now)
            return
        }
        self.proof = proof
        phaseMilliseconds.merge(proof.phaseMilliseconds) { $1 }
        failure = nil
        state = .committed
        committedAt = now
        endedAt = nil
    }

    /// What keeps a proof from being one; nil if it covers every byte of the image on the ordered disk.
    private func doubt(about proof: WriteProof, imageSize: UInt64?) -> DeploymentFailure? {
        guard let disk, proof.diskIdentity == disk.identity else {
            return DeploymentFailure(
                attempt: attempt, phase: .report, code: .diskSelection,
                message: "the stage proved disk '\(proof.diskIdentity)', ordered was '\(disk?.identity ?? "none")'")
        }
        guard let imageSize, proof.bytesVerified == imageSize else {
            return DeploymentFailure(
                attempt: attempt, phase: .report, code: .verifyMismatch,
                message: "the stage read \(proof.bytesVerified) bytes back, the image has "
                    + "\(imageSize.map { "\($0)" } ?? "been removed"): the disk is not proven")
        }
        return nil
    }

    private mutating func end(_ state: DeploymentState, now: Int64) {
        self.state = state
        endedAt = now
    }

    private mutating func park(message: String, now: Int64) -> Opening {
        let reason = DeploymentFailure(
            attempt: attempt, phase: failure?.phase, code: failure?.code ?? .serverUnreachable, message: message)
        failure = reason
        end(.parked, now: now)
        return .ended(reason)
    }

    private mutating func refuse(code: FailureCode, message: String, now: Int64) -> Opening {
        let reason = DeploymentFailure(attempt: attempt, phase: nil, code: code, message: message)
        failure = reason
        end(.failed, now: now)
        return .ended(reason)
    }

    /// True if it was the silence of this attempt's stage that ended the order.
    private func isLostStage(_ attempt: Int) -> Bool {
        state == .expired && attempt == self.attempt && failure?.attempt == attempt
            && failure?.code == .serverUnreachable
    }

    private func requireRunning(_ attempt: Int) throws(DeploymentRefusal) {
        guard state == .running else { throw .notPossible(state) }
        guard attempt == self.attempt else { throw .superseded(attempt: attempt, newest: self.attempt) }
    }

    private struct DiskChoiceError: Error {
        var message: String
    }

    /// The disk chosen earlier if it is still there, else what the rule chooses.
    private func chooseDisk(_ inventory: Inventory) -> Result<Disk, DiskChoiceError> {
        if let disk {
            let binding = DiskBinding(of: disk, mayOverwrite: mayOverwrite)
            let found = inventory.disks.filter(binding.matches)
            guard let match = found.first, found.count == 1 else {
                return .failure(
                    DiskChoiceError(
                        message: "the ordered disk (\(disk.identity)) is \(found.isEmpty ? "missing" : "not unique")"))
            }
            return .success(match)
        }
        do {
            let rule = try DiskRule(diskRule)
            return rule.select(from: inventory.disks).mapError { DiskChoiceError(message: "\($0)") }
        } catch {
            return .failure(DiskChoiceError(message: "\(error)"))
        }
    }
}
