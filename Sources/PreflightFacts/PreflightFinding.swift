/// One thing that preflight has to say of an image.
package struct PreflightFinding: Codable, Hashable, Sendable {
    /// For programs; stays the same: `disk-driver`.
    package var code: String
    package var severity: PreflightSeverity
    /// One sentence, without its full stop.
    package var message: String
    /// What to do about it.
    package var remedy: String

    package init(code: String, severity: PreflightSeverity, message: String, remedy: String) {
        self.code = code
        self.severity = severity
        self.message = message
        self.remedy = remedy
    }
}

extension PreflightFinding: CustomStringConvertible {
    /// One line for people.
    package var description: String { "\(message) (\(code)): \(remedy)" }
}

/// What a finding means for a deployment.
package enum PreflightSeverity: String, Codable, Hashable, Sendable, CaseIterable {
    /// It may do harm; the image is deployed nevertheless.
    case warning
    /// The image does not start on such a host, or cannot be put onto it.
    case doesNotFit
}

/// What preflight says of an image on hosts of one model.
package enum PreflightVerdict: String, Codable, Hashable, Sendable, CaseIterable {
    case fits
    case fitsWithWarning
    case doesNotFit

    package init(_ findings: [PreflightFinding]) {
        self =
            findings.contains { $0.severity == .doesNotFit }
            ? .doesNotFit : findings.isEmpty ? .fits : .fitsWithWarning
    }

    /// `fits with a warning`.
    package var text: String {
        switch self {
        case .fits: "fits"
        case .fitsWithWarning: "fits with a warning"
        case .doesNotFit: "does not fit"
        }
    }
}
