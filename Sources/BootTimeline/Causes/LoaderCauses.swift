/// What keeps a host that has a loader from running the stage.
extension BootCause {
    /// The loader came whole, and nothing came after it.
    static let silentLoader = BootCause(code: "silent-after-loader", overcomeAt: .scripted) { evidence in
        let found = evidence.attempt.last { occurrence -> TransferRecord? in
            occurrence.transferred.flatMap { $0.ending == .complete ? $0 : nil }
        }
        guard let (index, loader) = found, evidence.attempt.progress < .scripted,
            evidence.age(of: index) >= BootCause.loaderPatience
        else { return nil }
        let isRunning = evidence.attempt.has(after: index) { $0.dhcp?.isIPXE == true }
        return BootFinding(
            index: index,
            sentence: isRunning
                ? "The host's loader \(loader.file) runs, but has not asked for its script."
                : "The host fetched all of \(loader.file) and has been silent since.",
            advice: isRunning
                ? "Check that the host reaches the server's boot HTTP port."
                : "Look at its screen: with Secure Boot on, only signed loaders start; otherwise try another loader, "
                    + "for instance ipxe.efi, which has drivers of its own, instead of snponly.efi.")
    }

    /// A loader asks for its script within this time, in milliseconds.
    private static let loaderPatience: Int64 = 60_000

    /// The loader was told to start the stage, which never greeted.
    static let silentStage = BootCause(code: "silent-after-script", overcomeAt: .staged) { evidence in
        let found = evidence.attempt.last { occurrence -> ScriptRecord.Plan? in
            if case .script(let record) = occurrence { return record.plan }
            return nil
        }
        guard let (index, plan) = found, plan == .stage, evidence.age(of: index) >= BootCause.stagePatience
        else { return nil }
        return BootFinding(
            index: index, sentence: "The host was told to start the stage, which has not greeted the server.",
            advice: "Look at its screen: the stage may lack the NIC's driver or firmware, or the host may have too "
                + "little memory.")
    }

    /// A stage greets within this time, in milliseconds: slow networks and firmware included.
    private static let stagePatience: Int64 = 180_000

    /// The server could not make a script.
    static let failedScript = BootCause(code: "script-failed", overcomeAt: .staged) { evidence in
        let found = evidence.attempt.last { occurrence -> ScriptRecord.Plan? in
            if case .script(let record) = occurrence { return record.plan }
            return nil
        }
        guard let (index, plan) = found, plan == .failure else { return nil }
        return BootFinding(
            index: index, sentence: "The server could not decide what the host should boot.",
            advice: "The server's log has the cause.")
    }

    /// The host comes back again and again.
    static let bootLoop = BootCause(code: "boot-loop", overcomeAt: .staged) { evidence in
        let newest = evidence.attempt
        let newestFirst = Array(evidence.attempts.reversed())
        let rounds = newestFirst.prefix { attempt in
            attempt.progress >= .loaded && attempt.progress < .staged
                && newest.ended - attempt.began <= BootCause.loopSpan
        }
        guard rounds.count >= BootCause.loopRounds, let oldest = rounds.last else { return nil }
        let minutes = (newest.ended - oldest.began + 59_999) / 60_000
        let span = minutes > 1 ? "\(minutes) minutes" : "a minute"
        let plan = newest.last { occurrence -> ScriptRecord.Plan? in
            if case .script(let record) = occurrence { return record.plan }
            return nil
        }
        let isDisk = plan?.value == .localDisk
        return BootFinding(
            index: newest.events.count - 1,
            sentence: "The host came back to the network \(rounds.count) times in \(span)"
                + (isDisk ? ", though it was told to start its own disk." : " and never got as far as the stage."),
            advice: isDisk
                ? "Its disk does not boot: check the firmware's boot order and mode, or deploy it anew."
                : "Look at its screen at the point where it starts over, and try another loader.")
    }

    /// So many rounds are a loop...
    private static let loopRounds = 3
    /// ...within this time, in milliseconds.
    private static let loopSpan: Int64 = 1_800_000

    /// The server gave the host up.
    static let parked = BootCause(code: "parked", overcomeAt: .staged) { evidence in
        let found = evidence.attempt.last { occurrence -> String? in
            if case .parked(let reason) = occurrence { return reason }
            return nil
        }
        return found.map { index, reason in
            BootFinding(
                index: index, sentence: "The host is parked: \(reason)",
                advice: "The timeline shows where it starts over; mend that, then let it go on: ingot host unpark.")
        }
    }
}
