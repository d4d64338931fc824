/// A tar archive that is made header by header, so that it can be wrong.
struct TestArchive {
    private(set) var bytes: [UInt8] = []

    /// What a header's fields hold beside path, type and target.
    struct Fields {
        var mode = "0000644"
        var uid = "0000000"
        var gid = "0000000"
        /// nil: that of the body.
        var size: [UInt8]?
        var magic = "ustar\u{0}00"
        var spoilsChecksum = false
    }

    /// Adds an entry; `pax` are records of an extended header before it.
    mutating func add(
        _ path: String, _ type: String = "0", body: [UInt8] = [], target: String = "", fields: Fields = Fields(),
        pax: [(key: String, value: String)] = []
    ) {
        if !pax.isEmpty { addExtended(pax.flatMap { Self.record($0.key, $0.value) }) }
        bytes += Self.header(path, type, target, size: fields.size ?? Self.octal(body.count), fields)
        addBody(body)
    }

    /// Adds an extended header as it is.
    mutating func addExtended(_ records: [UInt8], type: String = "x") {
        bytes += Self.header("pax", type, "", size: Self.octal(records.count), Fields())
        addBody(records)
    }

    mutating func addRaw(_ more: [UInt8]) { bytes += more }

    /// With the two blocks of zeros that end it.
    var ended: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n".utf8.count
        var length = rest + 1
        while "\(length)".utf8.count + rest != length { length += 1 }
        return Array("\(length) \(key)=\(value)\n".utf8)
    }

    private mutating func addBody(_ body: [UInt8]) {
        bytes += body + [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }

    private static func octal(_ number: Int) -> [UInt8] {
        let digits = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, 11 - digits.count)) + digits).utf8)
    }

    static func header(_ path: String, _ type: String, _ target: String, size: [UInt8], _ fields: Fields) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: [UInt8], _ offset: Int) { block.replaceSubrange(offset..<offset + text.count, with: text) }
        put(Array(path.utf8.prefix(100)), 0)
        put(Array(fields.mode.utf8), 100)
        put(Array(fields.uid.utf8), 108)
        put(Array(fields.gid.utf8), 116)
        put(size, 124)
        put(Array("14371573000".utf8), 136)
        put(Array(type.utf8), 156)
        put(Array(target.utf8.prefix(100)), 157)
        put(Array(fields.magic.utf8), 257)
        put(Array(repeating: 0x20, count: 8), 148)
        let sum = block.reduce(fields.spoilsChecksum ? 1 : 0) { $0 + Int($1) }
        put(octal(sum).suffix(6) + [0, 0x20], 148)
        return block
    }

    static let version = "6.1.0-9-amd64"

    /// The front of a kernel for x86 computers, with noise behind it.
    static let kernel = [UInt8](repeating: 0, count: 0x202) + Array("HdrS".utf8) + noise(10_000)

    /// The least of a system that boots, by its looks.
    static var bootable: TestArchive {
        var archive = TestArchive()
        archive.add("./", "5")
        for directory in ["boot", "etc", "usr", "usr/lib", "usr/lib/modules", "usr/lib/modules/\(version)", "usr/sbin"]
        {
            archive.add(directory + "/", "5", fields: Fields(mode: "0000755"))
        }
        archive.add("lib", "2", target: "usr/lib")
        archive.add("sbin", "2", target: "usr/sbin")
        archive.add("boot/vmlinuz-\(version)", body: kernel)
        archive.add("boot/initrd.img-\(version)", body: noise(5000, seed: 7))
        archive.add("lib/modules/\(version)/modules.dep", body: Array("a.ko:\n".utf8))
        archive.add("usr/sbin/init", body: noise(100), fields: Fields(mode: "0000755"))
        archive.add("usr/lib/os-release", body: Array("ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=Test\n".utf8))
        return archive
    }
}
