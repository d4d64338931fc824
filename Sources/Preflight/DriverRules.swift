import AgentProtocol
import ModuleAliases
import NetworkTypes
import PreflightFacts

/// Whether the image's kernel finds the disk that it is on, and the network.
extension PreflightRule {
    static let driverRules = [diskDriver, rootDriver, nicDriver]

    private static let diskDriver = PreflightRule("disk-driver") { subject in
        guard let host = subject.host, let stock = subject.stock, !host.disks.isEmpty else { return nil }
        let answers = host.disks.map { (disk: $0, answer: stock.answer(for: $0)) }
        let missing = answers.compactMap { entry in
            if case .missing(let what) = entry.answer { "disk \(entry.disk.identity) needs \(what)" } else { nil }
        }
        if !missing.isEmpty {
            let place = "the initramfs of kernel \(stock.version)"
            let text = "\(place) does not hold all drivers: \(missing.joined(separator: "; "))"
            return missing.count == host.disks.count
                ? .doesNotFit(text, "add the modules to the image's initramfs and make that anew")
                : .warning(text, "name another disk in the order")
        }
        let unknown = answers.compactMap { entry in
            if case .unknown(let why) = entry.answer { "disk \(entry.disk.identity): \(why)" } else { nil }
        }
        guard !unknown.isEmpty else { return nil }
        return .warning(
            "whether the image has the drivers of the disk could not be told: \(unknown.joined(separator: "; "))",
            "try the image on one host first")
    }

    private static let rootDriver = PreflightRule("root-driver") { subject in
        guard let root = subject.facts.root, let stock = subject.stock,
            case .missing(let what) = stock.early(ModuleIndex.name(root.fileSystem))
        else { return nil }
        return .doesNotFit(
            "the initramfs of kernel \(stock.version) cannot mount the root file system: it lacks \(what)",
            "add the module to the image's initramfs and make that anew")
    }

    private static let nicDriver = PreflightRule("nic-driver") { subject in
        guard let host = subject.host, let stock = subject.stock, !host.nics.isEmpty else { return nil }
        let missing = host.nics.compactMap { nic in
            if case .missing(let what) = stock.answer(for: nic) { "\(nic.mac) needs \(what)" } else { nil }
        }
        guard !missing.isEmpty else { return nil }
        let text = "kernel \(stock.version) has no driver for network cards: \(missing.joined(separator: "; "))"
        return missing.count == host.nics.count
            ? .doesNotFit(text, "install a kernel that has them: the host would never call home")
            : .warning(text, "the host's network must be on another card")
    }
}
