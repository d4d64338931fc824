/// How people and programs name an image: `im-…`, `NAME`, or `OWNER:NAME`.
package struct ImageReference: Hashable, Sendable {
    /// The owning account's name; nil: the account that asks, then the public images, then those shared with it.
    package let owner: String?
    /// A name or an id.
    package let name: String

    package init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        owner = parts.count == 2 ? String(parts[0]) : nil
        name = parts.last.map(String.init) ?? ""
    }
}
