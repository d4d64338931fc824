/// Writes the "newc" form of cpio, which the kernel unpacks as initramfs (Documentation/driver-api/early-userspace/
/// buffer-format.rst). The same entries always give the same bytes: owner root, time zero, inodes numbered from 1.
package struct CPIOWriter: Sendable {
    private var bytes: [UInt8] = []
    private var inode: UInt32 = 0

    package init() {}

    /// Adds an entry; directories must come before what lies in them.
    package mutating func add(_ entry: ArchiveEntry) {
        inode += 1
        append(path: entry.path, mode: entry.mode, inode: inode, links: entry.isDirectory ? 2 : 1, entry.content)
    }

    /// The whole archive; its length is a multiple of four, so that another archive can follow.
    package consuming func finish() -> [UInt8] {
        append(path: cpioTrailer, mode: 0, inode: 0, links: 1, [])
        return bytes
    }

    private mutating func append(path: String, mode: UInt32, inode: UInt32, links: UInt32, _ content: [UInt8]) {
        let name = Array(path.utf8)
        let size = UInt32(truncatingIfNeeded: content.count)
        let nameSize = UInt32(truncatingIfNeeded: name.count + 1)
        bytes += cpioMagic
        // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
        for field in [inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, nameSize, 0] { append(hexadecimal: field) }
        bytes += name + [0]
        pad()
        bytes += content
        pad()
    }

    private mutating func append(hexadecimal value: UInt32) {
        let digits = String(value, radix: 16)
        bytes += Array(String(repeating: "0", count: 8 - digits.utf8.count).utf8) + Array(digits.utf8)
    }

    private mutating func pad() { while bytes.count % 4 != 0 { bytes.append(0) } }
}

let cpioMagic = Array("070701".utf8)
let cpioTrailer = "TRAILER!!!"
