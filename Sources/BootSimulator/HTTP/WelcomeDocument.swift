/// The answer to a greeting, as far as the simulator looks at it.
package struct WelcomeDocument: Decodable, Sendable {
    /// Exactly one is there.
    struct Assignment: Decodable, Sendable {
        struct Reason: Decodable, Sendable { let reason: String }

        let wait: Reason?
        let reboot: Reason?
    }

    let sessionToken: String
    let assignment: Assignment

    /// Whether the host is to wait for an operator.
    package var isToWait: Bool { !sessionToken.isEmpty && assignment.wait != nil && assignment.reboot == nil }
}
