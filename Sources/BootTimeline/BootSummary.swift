/// What a host without trouble is doing.
struct BootSummary: Sendable {
    let attempt: BootAttempt
    let context: DiagnosisContext

    var diagnosis: Diagnosis {
        let (sentence, advice) = text
        return Diagnosis(code: Diagnosis.ok, sentence: sentence, advice: advice)
    }

    private var text: (sentence: String, advice: String) {
        switch attempt.progress {
        case .installed: return ("The installed system runs and has called home.", "Nothing needs to be done.")
        case .deploying: return deployment
        case .staged: return stage
        case .scripted: return script
        case .loaded: return ("The host has fetched its boot file and starts it.", Self.patience)
        case .addressed where attempt.isNetworkBoot:
            return ("The host has an address and is about to fetch its boot file.", Self.patience)
        case .asking where attempt.isNetworkBoot:
            return ("The host asks for an address and a boot file.", Self.patience)
        case .addressed, .asking:
            return (
                "The host asks for an address as an installed system does: it does not boot from the network.",
                "To boot it from the network, put the network first in its firmware's boot order and restart it."
            )
        }
    }

    private static let patience = "Wait a moment and ask again."

    private var deployment: (String, String) {
        let ended = attempt.last { occurrence -> String? in
            if case .deploymentEnded(_, let state, _) = occurrence { return state }
            return nil
        }
        let phase = attempt.last { occurrence -> String? in
            if case .phase(_, let name) = occurrence { return name }
            return nil
        }
        if let ended, ended.index > phase?.index ?? -1 {
            return ("The host's deployment has ended: \(ended.value).", "Nothing needs to be done.")
        }
        return ("The host is being deployed, phase \(phase?.value ?? "unknown").", "Follow it: ingot deployment watch.")
    }

    private var stage: (String, String) {
        switch context.isAccepted {
        case .some(true) where context.image == nil:
            ("The host runs the stage and waits for an order.", "Give it one: ingot deploy.")
        case .some(true): ("The host runs the stage and takes its order.", Self.patience)
        default: ("The host runs the stage and waits to be accepted.", "Accept it: ingot host accept.")
        }
    }

    private var script: (String, String) {
        let plan = attempt.last { occurrence -> ScriptRecord.Plan? in
            if case .script(let record) = occurrence { return record.plan }
            return nil
        }
        return plan?.value == .localDisk
            ? ("The host was told to start its own disk.", "Nothing needs to be done; an order changes that.")
            : ("The host loads the stage.", Self.patience)
    }
}
