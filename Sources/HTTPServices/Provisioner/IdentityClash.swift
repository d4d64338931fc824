import Provisioning

/// A greeting by which two boards would be one host. Which of them is the host cannot be told, so that nothing is
/// written to either until an operator has looked at them.
struct IdentityClash: Error {
    /// Those of the boards that are hosts of ours.
    let hosts: [Host]
    /// One sentence, without its full stop.
    let reason: String
    /// What the board that greeted is told.
    let refusal: ProvisioningError
}
