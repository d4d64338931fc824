import BootableDisk

/// A pair of shim and signed GRUB, which belong together, and what shim starts to enrol keys.
struct SignedLoader: Sendable {
    let shim: [UInt8]
    let grub: [UInt8]
    let mokTool: [UInt8]?

    /// The bytes of one of the files.
    func bytes(of file: BootLoaderFile) -> [UInt8]? {
        switch file {
        case .boot: nil
        case .shim: shim
        case .grub: grub
        case .mokTool: mokTool
        }
    }

    /// The directory below `EFI` that this GRUB was made for: its prefix `/EFI/…` stands in it as text.
    var vendor: String? {
        let prefix = Array("/EFI/".utf8)
        return grub.withUnsafeBytes { bytes in
            var start = 0
            while start + prefix.count < bytes.count {
                guard bytes[start] == prefix[0], bytes[start..<start + prefix.count].elementsEqual(prefix) else {
                    start += 1
                    continue
                }
                let name = bytes[(start + prefix.count)...].prefix(32)
                    .prefix { (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
                let end = start + prefix.count + name.count
                let text = String(decoding: name, as: UTF8.self)
                if !name.isEmpty, end < bytes.count, bytes[end] == 0, text.uppercased() != "BOOT" { return text }
                start += 1
            }
            return nil
        }
    }
}
