import CLinux
import Glibc

/// A mounted file system.
package enum Mount {
    /// Mounts `device` below `directory`, which exists.
    package static func mount(
        _ device: String, on directory: String, type: String, readOnly: Bool = false, options: String = ""
    ) throws(DiskError) {
        try DiskError.check(
            clinux_mount(device, directory, type, readOnly ? 1 : 0, options),
            "mount \(device) as \(type) on \(directory)")
    }

    /// Unmounts what is mounted on `directory`; everything written is on the medium's way out when it returns.
    package static func unmount(_ directory: String) throws(DiskError) {
        try DiskError.check(clinux_unmount(directory), "unmount \(directory)")
    }

    /// Mounts `device` on a new directory for as long as `body` runs. Errors of the unmount count too.
    package static func withMounted<Result>(
        _ device: String, type: String, readOnly: Bool = false, options: String = "",
        _ body: (_ directory: String) throws -> Result
    ) throws -> Result {
        let directory = try newDirectory()
        defer { rmdir(directory) }
        try mount(device, on: directory, type: type, readOnly: readOnly, options: options)
        let result: Result
        do {
            result = try body(directory)
        } catch {
            try? unmount(directory)
            throw error
        }
        try unmount(directory)
        return result
    }

    private static func newDirectory() throws(DiskError) -> String {
        var template = Array("/tmp/ingot-mount-XXXXXX".utf8CString)
        mkdir("/tmp", 0o1777)
        guard mkdtemp(&template) != nil else { throw DiskError("make a directory to mount on", code: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
