/// The text of a system's fstab(5), made right for a disk with one root file system and an EFI system partition.
enum FileSystemTable {
    /// Mount points that the new disk has file systems for, or that lie in its root now.
    private static let replaced: Set<String> = ["/", "/boot", "/boot/efi", "/efi"]
    /// Sources that are no partition of the disk that the system had before.
    private static let kept = ["tmpfs", "proc", "sysfs", "none", "devpts", "overlay"]

    /// - Parameters:
    ///   - old: what the archive has; nil for nothing.
    ///   - root: the root file system's UUID.
    ///   - esp: the serial number of the EFI system partition.
    static func text(old: String?, root: String, esp: String) -> String {
        var options = "defaults,errors=remount-ro 0 1"
        var lines: [String] = []
        for line in (old ?? "").split(separator: "\n") {
            let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let source = fields.first, !source.hasPrefix("#"), fields.count >= 3 else {
                lines.append(String(line))
                continue
            }
            if fields[1] == "/", fields[2] == "ext4", fields.count >= 4 {
                options = (fields[3...] + ["0", "0"]).prefix(3).joined(separator: " ")
            }
            let isElsewhere =
                kept.contains(source) || source.contains(":") || source.hasPrefix("//")
                || source.hasPrefix("/") && !source.hasPrefix("/dev/")
            lines.append(
                isElsewhere && !replaced.contains(fields[1]) ? String(line) : "# not on this disk: \(line)")
        }
        lines.append("UUID=\(root) / ext4 \(options)")
        lines.append("UUID=\(esp) /boot/efi vfat umask=0077,nofail 0 1")
        return lines.joined(separator: "\n") + "\n"
    }
}
