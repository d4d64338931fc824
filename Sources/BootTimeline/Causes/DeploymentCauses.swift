import NetworkTypes

/// What keeps a host that runs the stage from its image.
extension BootCause {
    /// The image of the order does not boot by the host's firmware.
    static let wrongFirmware = BootCause(code: "wrong-firmware-mode", overcomeAt: .installed) { evidence in
        let found = evidence.attempt.last { occurrence -> FirmwareMode? in
            if case .greeting(let firmware, _) = occurrence { return firmware }
            return nil
        }
        guard let (index, firmware) = found, let image = evidence.context.image,
            !evidence.context.imageFirmware.isEmpty, !evidence.context.imageFirmware.contains(firmware)
        else { return nil }
        let modes = evidence.context.imageFirmware.map(\.rawValue).sorted().joined(separator: " or ")
        return BootFinding(
            index: index, sentence: "The host starts by \(firmware.rawValue), but \(image) boots by \(modes) only.",
            advice: "Switch the host's firmware to \(modes), or order an image that boots by \(firmware.rawValue).")
    }

    /// The newest deployment ended badly.
    static let failedDeployment = BootCause(code: "deployment-failed", overcomeAt: .deploying) { evidence in
        let found = evidence.attempt.last { occurrence -> (id: String, state: String, message: String?)? in
            guard case .deploymentEnded(let id, let state, let message) = occurrence,
                BootCause.badEndings.contains(state)
            else { return nil }
            return (id, state, message)
        }
        return found.map { index, end in
            BootFinding(
                index: index,
                sentence: "The host's deployment ended (\(end.state)): \(end.message ?? "no reason is known")",
                advice: "Its log has more: ingot deployment logs \(end.id).")
        }
    }

    /// The names of the states that are no success and no operator's wish.
    private static let badEndings: Set<String> = ["failed", "parked", "expired"]
}
