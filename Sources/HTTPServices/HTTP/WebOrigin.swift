import FoundationEssentials

/// Where another web service is: the scheme, the host and the port of its URLs.
enum WebOrigin {
    /// Whether a text is `http://HOST` or `https://HOST`, with a port or without, and nothing behind it.
    static func isValid(_ text: String) -> Bool {
        guard let url = URL(string: text) else { return false }
        return ["http", "https"].contains(url.scheme ?? "") && url.host()?.isEmpty == false && url.path().isEmpty
            && url.query() == nil && url.user() == nil
    }
}
