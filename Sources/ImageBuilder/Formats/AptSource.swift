/// One entry of apt's sources (sources.list(5)): where packages of some suites come from.
package struct AptSource: Hashable, Sendable {
    package var uris: [String]
    package var suites: [String]
    package var components: [String]
    /// The keyring's path, or the key itself; nil trusts what apt trusts anyway.
    package var signedBy: String?

    package init(uris: [String], suites: [String], components: [String], signedBy: String? = nil) {
        self.uris = uris
        self.suites = suites
        self.components = components
        self.signedBy = signedBy
    }

    /// The entry as a deb822 paragraph.
    package var paragraph: String {
        var lines = [
            "Types: deb", "URIs: \(uris.joined(separator: " "))", "Suites: \(suites.joined(separator: " "))",
            "Components: \(components.joined(separator: " "))",
        ]
        if let signedBy { lines.append("Signed-By: \(signedBy)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is left of the entry for `suite`, its updates and its security updates; nil if nothing is.
    package func narrowed(to suite: String, _ wanted: [String]) -> AptSource? {
        var source = self
        source.suites = suites.filter { [suite, suite + "-updates", suite + "-security"].contains($0) }
        source.components = components.filter(wanted.contains)
        return source.suites.isEmpty || source.components.isEmpty ? nil : source
    }
}
