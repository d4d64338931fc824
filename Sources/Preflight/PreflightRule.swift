package import PreflightFacts

/// One thing that preflight looks at.
package struct PreflightRule: Sendable {
    /// For programs; stays the same.
    package let code: String
    private let check: @Sendable (PreflightCase) -> Complaint?

    /// What a rule found.
    struct Complaint {
        let severity: PreflightSeverity
        let message: String
        let remedy: String

        static func warning(_ message: String, _ remedy: String) -> Complaint {
            Complaint(severity: .warning, message: message, remedy: remedy)
        }

        static func doesNotFit(_ message: String, _ remedy: String) -> Complaint {
            Complaint(severity: .doesNotFit, message: message, remedy: remedy)
        }
    }

    init(_ code: String, _ check: @escaping @Sendable (PreflightCase) -> Complaint?) {
        self.code = code
        self.check = check
    }

    /// What the rule has to say; nil where all is well, or nothing is known of what it looks at.
    package func finding(_ subject: PreflightCase) -> PreflightFinding? {
        check(subject).map {
            PreflightFinding(code: code, severity: $0.severity, message: $0.message, remedy: $0.remedy)
        }
    }

    /// Every rule.
    package static let all: [PreflightRule] =
        firmwareRules + diskRules + driverRules + systemRules + leftoverRules
}
