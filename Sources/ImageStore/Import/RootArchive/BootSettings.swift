import BootableDisk

/// How the archive's system wants to be started: what its /etc/default/grub says, as far as it holds on another disk.
struct BootSettings: Hashable {
    var arguments: [String]
    var timeout: Int

    /// Without any wish: a screen and a serial console, as hosts in racks have them.
    static let usual = BootSettings(arguments: ["console=tty0", "console=ttyS0,115200n8"], timeout: 3)

    /// What names the disk that the system had before.
    private static let elsewhere = ["root=", "rootflags=", "resume=", "resume_offset=", "rd.lvm", "rd.luks", "rd.md"]

    init(arguments: [String], timeout: Int) {
        self.arguments = arguments
        self.timeout = timeout
    }

    /// Reads the text; values that a shell would have to work out are left out, and words that GRUB would not pass on.
    init(defaults text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            var value = line[line.index(after: equals)...]
            for quote in ["\"", "'"] where value.hasPrefix(quote) {
                value = value.dropFirst().prefix { String($0) != quote }
            }
            if !value.contains(where: { "$`\\".contains($0) }) { values[line[..<equals]] = value }
        }
        let words = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"].compactMap { values[$0] }.joined(
            separator: " ")
        arguments = words.split(separator: " ").map(String.init).filter { word in
            word != "ro" && GrubConfiguration.isKernelArgument(word)
                && !Self.elsewhere.contains(where: word.hasPrefix)
        }
        timeout = values["GRUB_TIMEOUT"].flatMap { Int($0) }.map { min(max($0, 0), 600) } ?? Self.usual.timeout
    }
}
