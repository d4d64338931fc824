/// What an operator changes about a host: PATCH `/api/v1/hosts/{host}`. Absent fields stay as they are.
package struct HostChange: Codable, Hashable, Sendable {
    package var name: String?
    /// True accepts a discovered host; false is refused.
    package var isAccepted: Bool?
    package var isProtected: Bool?

    package init(name: String? = nil, isAccepted: Bool? = nil, isProtected: Bool? = nil) {
        self.name = name
        self.isAccepted = isAccepted
        self.isProtected = isProtected
    }
}
