/// The texts that GRUB reads, from the embedded one to the menu.
package struct GrubConfiguration: Hashable, Sendable {
    package var boot: RecipeBoot
    /// The root file system's UUID.
    package var rootID: String

    package init(boot: RecipeBoot, rootID: String) {
        self.boot = boot
        self.rootID = rootID
    }

    /// What GRUB for BIOS has built in: it finds the root file system and its modules there.
    package var embedded: String {
        """
        search.fs_uuid \(rootID) root
        set prefix=($root)/boot/grub

        """
    }

    /// What the signed GRUB looks for on the EFI system partition.
    package var esp: String { embedded + "configfile $prefix/grub.cfg\n" }

    /// `/boot/grub/grub.cfg` for the kernel of this version, until `update-grub` replaces it.
    package func menu(kernel: String, title: String) -> String {
        """
        \(terminal)set timeout=\(boot.timeout)
        set default=0
        search --no-floppy --fs-uuid --set=root \(rootID)
        menuentry '\(title)' {
            linux /boot/vmlinuz-\(kernel) \(commandLine)
            initrd /boot/initrd.img-\(kernel)
        }

        """
    }

    /// `/etc/default/grub`, from which `update-grub` makes the menu after a kernel's update.
    package var defaults: String {
        var lines = [
            "GRUB_DEFAULT=0", "GRUB_TIMEOUT=\(boot.timeout)", "GRUB_DISTRIBUTOR=Debian",
            "GRUB_CMDLINE_LINUX_DEFAULT=\"\"", "GRUB_CMDLINE_LINUX=\"\(boot.arguments.joined(separator: " "))\"",
        ]
        if let (unit, speed) = boot.serialConsole {
            lines += [
                "GRUB_TERMINAL=\"console serial\"", "GRUB_SERIAL_COMMAND=\"serial --unit=\(unit) --speed=\(speed)\"",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var commandLine: String {
        let mode = boot.arguments.contains("rw") ? [] : ["ro"]
        return (["root=UUID=\(rootID)"] + mode + boot.arguments).joined(separator: " ")
    }

    private var terminal: String {
        guard let (unit, speed) = boot.serialConsole else { return "" }
        return """
            if serial --unit=\(unit) --speed=\(speed); then
                terminal_input console serial
                terminal_output console serial
            fi

            """
    }
}
