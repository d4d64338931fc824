/// Why a request about hosts, deployments or tokens was refused.
package struct ProvisioningError: Error, Sendable, CustomStringConvertible {
    /// What kind of refusal it is; decides the HTTP status.
    package enum Kind: Sendable {
        /// No such thing, or none that the caller may know of.
        case notFound
        /// The token is unknown, used, expired or void.
        case unauthorized
        /// The token is valid, but not for this.
        case forbidden
        /// It does not fit the present state.
        case conflict
        /// It was meant for another state than the present one.
        case preconditionFailed
        /// The request itself is wrong.
        case invalid
    }

    package let kind: Kind
    /// What was expected, what was found and what to do next.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
