/// The texts that GRUB reads, from the embedded one to the menu.
package struct GrubConfiguration: Hashable, Sendable {
    /// The kernel's command line behind `root=UUID=…`.
    package var arguments: [String]
    /// How long the menu is shown, in seconds; 0 starts at once.
    package var timeout: Int
    /// The root file system's UUID.
    package var rootID: String
    /// The directory of menu and modules in the root file system.
    package var directory: String

    package init(arguments: [String], timeout: Int, rootID: String, directory: String = "/boot/grub") {
        self.arguments = arguments
        self.timeout = timeout
        self.rootID = rootID
        self.directory = directory
    }

    /// What GRUB for BIOS has built in: it finds the root file system and its modules there.
    package var embedded: String {
        """
        search.fs_uuid \(rootID) root
        set prefix=($root)\(directory)

        """
    }

    /// What the signed GRUB looks for on the EFI system partition.
    package var esp: String { embedded + "configfile $prefix/grub.cfg\n" }

    /// `grub.cfg` in the directory, for a kernel and its initramfs in `/boot`, until `update-grub` replaces it.
    package func menu(kernel: String, initramfs: String, title: String) -> String {
        """
        \(terminal)set timeout=\(timeout)
        set default=0
        search --no-floppy --fs-uuid --set=root \(rootID)
        menuentry '\(title)' {
            linux /boot/\(kernel) \(commandLine)
            initrd /boot/\(initramfs)
        }

        """
    }

    /// `/etc/default/grub`, from which `update-grub` makes the menu after a kernel's update.
    package func defaults(distributor: String) -> String {
        var lines = [
            "GRUB_DEFAULT=0", "GRUB_TIMEOUT=\(timeout)", "GRUB_DISTRIBUTOR=\"\(distributor)\"",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"\"", "GRUB_CMDLINE_LINUX=\"\(arguments.joined(separator: " "))\"",
        ]
        if let (unit, speed) = serialConsole {
            lines += [
                "GRUB_TERMINAL=\"console serial\"", "GRUB_SERIAL_COMMAND=\"serial --unit=\(unit) --speed=\(speed)\"",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Arguments of grub-mkimage(1) that make GRUB for BIOS with all that the menu needs, so that it works without the
    /// directory's modules.
    /// - Parameter configuration: the file that holds `embedded`.
    package func mkimageArguments(configuration: String, output: String) -> [String] {
        [
            "--format=i386-pc", "--directory=/usr/lib/grub/i386-pc", "--prefix=\(directory)",
            "--config=\(configuration)", "--output=\(output)",
        ] + Self.builtInModules
    }

    private static let builtInModules = [
        "biosdisk", "part_gpt", "ext2", "search_fs_uuid", "search", "normal", "configfile", "linux", "echo", "test",
        "serial", "terminal",
    ]

    /// The first serial console that the command line names: its number and speed in baud.
    package var serialConsole: (unit: Int, speed: Int)? {
        for argument in arguments where argument.hasPrefix("console=ttyS") {
            let parts = argument.dropFirst("console=ttyS".count).split(separator: ",", maxSplits: 1)
            guard let unit = parts.first.flatMap({ Int($0) }) else { continue }
            let speed = parts.count > 1 ? Int(parts[1].prefix { $0.isNumber }) : nil
            return (unit, speed ?? 9600)
        }
        return nil
    }

    /// Whether GRUB passes a text on to the kernel as one word.
    package static func isKernelArgument(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "=,.:_-+/@%[]".contains($0)) }
    }

    private var commandLine: String {
        let mode = arguments.contains("rw") ? [] : ["ro"]
        return (["root=UUID=\(rootID)"] + mode + arguments).joined(separator: " ")
    }

    private var terminal: String {
        guard let (unit, speed) = serialConsole else { return "" }
        return """
            if serial --unit=\(unit) --speed=\(speed); then
                terminal_input console serial
                terminal_output console serial
            fi

            """
    }
}
