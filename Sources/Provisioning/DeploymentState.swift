/// Where a deployment stands.
public enum DeploymentState: String, Codable, Hashable, Sendable, CaseIterable {
    /// Ordered; the host has not greeted yet, or is to try again.
    case waiting
    /// An attempt is open: a stage carries the order out.
    case running
    /// The disk is written and proven; the installed system has not called home yet.
    case committed
    /// The installed system called home from the ordered disk and cloud-init ended well.
    case done
    /// As `done`, but cloud-init reported errors.
    case doneWithErrors
    /// Refused: another attempt would end the same way.
    case failed
    /// All attempts were used up; the host is left alone.
    case parked
    case cancelled
    /// The order ran out: the host did not greet in time, or its stage fell silent.
    case expired

    /// True where the deployment can still change the host.
    public var isActive: Bool { self == .waiting || self == .running || self == .committed }

    /// True where a stage may be given the order.
    public var isOpen: Bool { self == .waiting || self == .running }
}
