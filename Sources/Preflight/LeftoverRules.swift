import PreflightFacts

/// What a machine leaves behind that an image was made of, and every host would share.
extension PreflightRule {
    static let leftoverRules = [machineID, sshHostKeys, passwords, networkRules]

    private static let machineID = PreflightRule("machine-id") { subject in
        guard subject.facts.system?.hasMachineID == true else { return nil }
        return .warning(
            "/etc/machine-id names a machine: all hosts would have the same, and ask DHCP for the same address",
            "empty the file in the image")
    }

    private static let sshHostKeys = PreflightRule("ssh-host-keys") { subject in
        guard let keys = subject.facts.system?.sshHostKeys, !keys.isEmpty else { return nil }
        return .warning(
            "/etc/ssh holds private host keys: \(keys.joined(separator: ", ")); who has the image can pose as every host",
            "remove them from the image: cloud-init makes new ones")
    }

    private static let passwords = PreflightRule("passwords") { subject in
        guard let accounts = subject.facts.system?.passwordAccounts, !accounts.isEmpty else { return nil }
        return .warning(
            "accounts have a password that is the same on every host: \(accounts.joined(separator: ", "))",
            "lock them in the image with `passwd --lock`")
    }

    private static let networkRules = PreflightRule("persistent-net") { subject in
        guard let rules = subject.facts.system?.networkRules, !rules.isEmpty else { return nil }
        return .warning(
            "udev rules bind network names to the cards of another machine: \(rules.joined(separator: ", "))",
            "remove them from the image")
    }
}
