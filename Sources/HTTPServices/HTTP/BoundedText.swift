extension StringProtocol {
    /// The beginning, in bytes: one character can have any number of them.
    func cut(toBytes bound: Int) -> String {
        utf8.count > bound ? String(decoding: utf8.prefix(bound), as: UTF8.self) + "…" : String(self)
    }
}
