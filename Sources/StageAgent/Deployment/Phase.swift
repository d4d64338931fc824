package import AgentProtocol

/// One step of a deployment. A phase keeps nothing of its own: what later ones need goes into the context.
package protocol Phase: Sendable {
    var name: PhaseName { get }
    /// Does the step. Throws `PhaseFailure`; any other error counts as `FailureCode.internal`.
    func run(_ deployment: DeploymentContext) async throws
}

/// Why a phase failed, as the server will show it: what, where, expected, found, what to do.
package struct PhaseFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: FailureCode
    package var message: String

    package init(_ code: FailureCode, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
