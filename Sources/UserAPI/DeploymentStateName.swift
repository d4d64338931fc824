/// Where a deployment stands. An open set: a newer server may know more. The raw values are those of the server's own
/// states.
package struct DeploymentStateName: RawRepresentable, Hashable, Sendable, Codable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// Ordered; the host has not greeted yet, or is to try again.
    package static let waiting = DeploymentStateName(rawValue: "waiting")
    /// A stage carries the order out.
    package static let running = DeploymentStateName(rawValue: "running")
    /// The disk is written and proven; the installed system has not called home yet.
    package static let committed = DeploymentStateName(rawValue: "committed")
    /// The installed system called home from the ordered disk and cloud-init ended well.
    package static let done = DeploymentStateName(rawValue: "done")
    /// As `done`, but cloud-init reported errors.
    package static let doneWithErrors = DeploymentStateName(rawValue: "doneWithErrors")
    /// Refused: another attempt would end the same way.
    package static let failed = DeploymentStateName(rawValue: "failed")
    /// All attempts were used up; the host is left alone.
    package static let parked = DeploymentStateName(rawValue: "parked")
    package static let cancelled = DeploymentStateName(rawValue: "cancelled")
    /// The order ran out: the host did not greet in time, or its stage fell silent.
    package static let expired = DeploymentStateName(rawValue: "expired")

    /// True where nothing will change any more; false for a state that this program does not know.
    package var isFinal: Bool {
        [.done, .doneWithErrors, .failed, .parked, .cancelled, .expired].contains(self)
    }

    /// True where the installed system runs.
    package var isSuccess: Bool { self == .done || self == .doneWithErrors }
}
