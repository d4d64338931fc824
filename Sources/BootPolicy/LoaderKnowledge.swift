/// What is known of the host behind a MAC address, as far as it decides about its loader. DHCP tells none of it.
package struct LoaderKnowledge: Hashable, Sendable {
    /// Whether the stage reported Secure Boot on; nil for a host that never greeted, or whose firmware does not say.
    package var secureBoot: Bool?
    /// Nil for a host that never greeted.
    package var model: HostModel?

    package init(secureBoot: Bool? = nil, model: HostModel? = nil) {
        self.secureBoot = secureBoot
        self.model = model
    }
}
