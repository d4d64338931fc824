/// What the name of a disk image says of it.
struct SourceName: Hashable {
    /// `raw`, `qcow2`, ...; `chunked` for the manifest of an export in chunks; nil where the name does not tell.
    let format: String?
    /// `gz`, `xz` or `zst`; nil for none.
    let compression: String?

    /// Reads the suffixes of a path or URL, without its query.
    init(_ source: String) {
        var name = source.prefix { $0 != "?" && $0 != "#" }.lowercased()
        if name.hasSuffix(".tgz") { name = name.dropLast(".tgz".count) + ".tar.gz" }
        let packed = ["gz", "xz", "zst"].first { name.hasSuffix(".\($0)") }
        compression = packed
        if let packed { name.removeLast(packed.count + 1) }
        if name.hasPrefix("s3://"), name.hasSuffix(".manifest.json") {
            format = "chunked"
            return
        }
        format = ["raw", "qcow2", "vmdk", "vhd", "vhdx", "tar"].first { name.hasSuffix(".\($0)") }
    }
}
