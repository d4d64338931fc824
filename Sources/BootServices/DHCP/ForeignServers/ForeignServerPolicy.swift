/// What the server does where another DHCP server gives addresses in a subnet of its own.
package enum ForeignServerPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// It says so and goes on.
    case warn
    /// It says so and answers nobody on that network until the other one is gone.
    case refuse
}
