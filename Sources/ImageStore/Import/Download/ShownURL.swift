/// A URL as it may be shown and recorded: without user, query and fragment, each of which may hold a secret.
package struct ShownURL: CustomStringConvertible {
    package let description: String

    /// - Parameter text: what is no URL is shown as it is.
    package init(_ text: String) {
        guard let scheme = text.firstRange(of: "://") else {
            description = text
            return
        }
        let rest = text[scheme.upperBound...]
        let address = rest.prefix { $0 != "?" && $0 != "#" }
        let authority = address.prefix { $0 != "/" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let cut = address.endIndex == rest.endIndex ? "" : "?…"
        description = text[..<scheme.upperBound] + host + address[authority.endIndex...] + cut
    }
}
