/// What the policy says to a client that wants to boot.
package enum LoaderChoice: Hashable, Sendable {
    /// One of several loaders, to be tried in order.
    case offer(LoaderList)
    /// There is nothing to try: a script's URL, or no boot file.
    case settled(BootAnswer)
}

/// The loaders for one client.
package struct LoaderList: Hashable, Sendable {
    /// Names of boot files, the best first; at least one.
    package var names: [String]
    /// An operator chose the first: experience does not overrule it.
    package var isRuled: Bool
    /// Over UEFI HTTP Boot; else over TFTP.
    package var isOverHTTP: Bool

    package init(names: [String], isRuled: Bool, isOverHTTP: Bool) {
        self.names = names
        self.isRuled = isRuled
        self.isOverHTTP = isOverHTTP
    }
}
