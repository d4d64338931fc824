import AgentProtocol
import PreflightFacts

/// Whether the image can be put onto a disk.
extension PreflightRule {
    static let diskRules = [sectorSize, diskSize, rootGrowth]

    private static let sectorSize = PreflightRule("sector-size") { subject in
        complaint(
            of: subject,
            about: { $0.sectorSize == subject.facts.sectorSize ? nil : "disk \($0.identity) in \($0.sectorSize)" },
            "the image counts in sectors of \(subject.facts.sectorSize) bytes",
            "make the image for disks of that kind: partition tables cannot be converted")
    }

    private static let diskSize = PreflightRule("disk-size") { subject in
        complaint(
            of: subject,
            about: { $0.size >= subject.facts.diskSize ? nil : "disk \($0.identity) has \($0.size)" },
            "the image needs \(subject.facts.diskSize) bytes", "choose a larger disk, or make the image smaller")
    }

    /// Some disks will not do: that is a warning as long as one is left.
    private static func complaint(
        of subject: PreflightCase, about fault: (Disk) -> String?, _ message: String, _ remedy: String
    ) -> Complaint? {
        let disks = subject.host?.disks ?? []
        let faults = disks.compactMap(fault)
        guard !faults.isEmpty else { return nil }
        let text = "\(message), \(faults.joined(separator: ", "))"
        return faults.count == disks.count
            ? .doesNotFit(text, remedy) : .warning(text, "name another disk in the order")
    }

    private static let rootGrowth = PreflightRule("root-growth") { subject in
        guard let root = subject.facts.root else { return nil }
        if root.growTool == nil {
            return .doesNotFit(
                "the root file system is \(root.fileSystem), which the stage cannot grow",
                "make the image with ext4, xfs or btrfs")
        }
        guard !root.isLast else { return nil }
        return .doesNotFit(
            "a partition lies behind the root file system, so that it cannot grow",
            "make the image with the root partition last")
    }
}
