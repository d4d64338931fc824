/// Refuses a file that was declared as a raw disk and begins like something else. It never decides what a file is.
enum ContainerProbe {
    private static let signatures: [(bytes: [UInt8], name: String)] = [
        (Qcow2Header.magic, "qcow2"), (Array("KDMV".utf8), "vmdk"), (Array("# Disk DescriptorFile".utf8), "vmdk"),
        (Array("vhdxfile".utf8), "vhdx"), (Array("conectix".utf8), "vhd"), (Array("<<< ".utf8), "vdi"),
        ([0x1F, 0x8B, 0x08], "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        (Array("BZh".utf8), "bzip2"),
    ]

    /// Throws where the first bytes of an allegedly raw disk are those of another format.
    static func requireRaw(_ start: [UInt8]) throws(ImportError) {
        for signature in signatures where start.starts(with: signature.bytes) {
            throw .refused(
                "it was declared as an unpacked raw disk, but begins like \(signature.name): name its format and "
                    + "compression")
        }
    }
}
