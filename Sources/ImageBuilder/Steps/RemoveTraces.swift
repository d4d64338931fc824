import BootableDisk
import Foundation

extension BuildStep {
    /// Removes what must differ between hosts, and what the build left behind.
    package static let removeTraces = BuildStep(title: "remove traces of the build") { build in
        let root = build.root
        for pattern in traces {
            try root.remove(pattern)
        }
        // Empty, not missing: systemd then makes an identity of its own at every host's first boot.
        try root.write("/etc/machine-id", "")
        let shadow = FileManager.default.contents(atPath: try root.outer("/etc/shadow")) ?? Data()
        let users = usersWithPassword(String(decoding: shadow, as: UTF8.self))
        guard users.isEmpty else {
            throw BuildError("the image would have a password for \(users.joined(separator: ", "))")
        }
    }

    /// Patterns of what no image may carry.
    private static let traces = [
        "/etc/ssh/ssh_host_*", "/etc/hostname", "/var/lib/dbus/machine-id", "/etc/apt/apt.conf.d/99mmdebstrap",
        "/var/lib/systemd/random-seed", "/var/lib/apt/lists/*", "/var/cache/apt/*.bin",
        "/var/cache/apt/archives/*.deb", "/var/cache/debconf/*-old", "/var/cache/ldconfig/aux-cache",
        "/var/log/{apt,*.log}", "/tmp/*", "/var/tmp/*", "/run/*", "/root/.bash_history", "/boot/initrd.img-*.old-dkms",
    ]
}

/// The users of a shadow(5) file that could log in with a password.
package func usersWithPassword(_ shadow: String) -> [String] {
    shadow.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count > 1, !fields[1].hasPrefix("*"), !fields[1].hasPrefix("!") else { return nil }
        return String(fields[0])
    }
}
