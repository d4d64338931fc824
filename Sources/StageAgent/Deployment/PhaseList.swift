package import AgentProtocol

/// Every phase there is, in the order in which they run.
package enum PhaseList {
    package static let all: [any Phase] = [
        InspectPhase(), SelectDiskPhase(), InvalidatePhase(), WritePhase(), VerifyPhase(), GrowPhase(),
        InjectPhase(), BootloaderPhase(), CommitPhase(), ReportPhase(), RebootPhase(),
    ]

    /// The phase with this name; nil where this agent has none.
    package static func phase(_ name: PhaseName) -> (any Phase)? { all.first { $0.name == name } }
}
