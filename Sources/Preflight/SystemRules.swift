import PreflightFacts

/// Whether the image can be looked into, and what is in it can be configured.
extension PreflightRule {
    static let systemRules = [notExamined, noSystem, noKernel, cloudInit]

    private static let notExamined = PreflightRule("not-examined") { subject in
        let parts = subject.facts.unexamined
        guard !parts.isEmpty else { return nil }
        let text = parts.map { "\($0.subject): \($0.reason)" }.joined(separator: "; ")
        return .warning("not all of the image could be looked into: \(text)", "try the image on one host first")
    }

    private static let noSystem = PreflightRule("no-system") { subject in
        guard subject.facts.system?.hasEtc == false else { return nil }
        return .warning(
            "the root file system has no directory /etc",
            "the stage refuses to configure what does not hold the root of a system: make the image of one")
    }

    private static let noKernel = PreflightRule("no-kernel") { subject in
        guard let system = subject.facts.system, system.hasEtc, system.kernels.isEmpty else { return nil }
        return .warning(
            "there is no kernel in /lib/modules, so that its drivers could not be compared",
            "install a kernel package in the image, unless it starts one of another kind")
    }

    private static let cloudInit = PreflightRule("cloud-init") { subject in
        guard let system = subject.facts.system, system.hasEtc else { return nil }
        guard let cloudInit = system.cloudInit else {
            return .warning(
                "cloud-init is not installed: nothing takes over host name, users and network, and the host does not call home",
                "install cloud-init in the image")
        }
        guard cloudInit.isDisabled else { return nil }
        return .warning(
            "/etc/cloud/cloud-init.disabled keeps cloud-init from running", "remove that file from the image")
    }
}
