/// What the name of a disk image says of it.
struct SourceName: Hashable {
    /// `raw` or `qcow2`; nil where the name does not tell.
    let format: String?
    /// `gz`, `xz` or `zst`; nil for none.
    let compression: String?

    /// Reads the suffixes of a path or URL, without its query.
    init(_ source: String) {
        var name = source.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let packed = ["gz", "xz", "zst"].first { name.hasSuffix(".\($0)") }
        compression = packed
        if let packed { name.removeLast(packed.count + 1) }
        format = ["raw", "qcow2"].first { name.hasSuffix(".\($0)") }
    }
}
