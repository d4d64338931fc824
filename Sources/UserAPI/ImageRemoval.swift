/// What goes on after an image, or a revision of it, was removed: the answer to DELETE of either.
package struct ImageRemoval: Codable, Hashable, Sendable {
    /// The hosts that run it, of those that are there for the account: they go on running it.
    package var hosts: [ImageUse]
    /// The accounts that had it as a shared image and have it no more.
    package var receivers: [String]

    package init(hosts: [ImageUse], receivers: [String]) {
        self.hosts = hosts
        self.receivers = receivers
    }
}
