package import UserAPI

/// An owner of images and deployments: what a token stands for.
package struct Account: Codable, Hashable, Sendable {
    package let id: String
    /// Unique.
    package var name: String
    package var role: AccountRole
    /// The tokens of a disabled account open nothing. Its images stay, for those that it shared them with, too.
    package var isEnabled: Bool
    /// How many private images it may have.
    package var imageQuota: Int
    /// Seconds since 1970.
    package let createdAt: Int64

    /// The first account of every installation.
    package static let firstID = "a-administrator"
    /// How many private images an account may have unless its administrator says otherwise.
    package static let defaultImageQuota = 50

    package init(
        id: String, name: String, role: AccountRole, isEnabled: Bool = true, imageQuota: Int = defaultImageQuota,
        createdAt: Int64
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.isEnabled = isEnabled
        self.imageQuota = imageQuota
        self.createdAt = createdAt
    }

    /// Whether it sees the hosts and deployments of every account.
    package var seesEveryHost: Bool { role != .member }
}
