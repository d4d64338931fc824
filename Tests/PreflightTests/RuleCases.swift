import AgentProtocol
import NetworkTypes
import Preflight
import PreflightFacts
import Testing

/// What a rule has to say of one image on one host.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let code: String
    let what: String
    let severity: PreflightSeverity?
    let subject: PreflightCase

    var testDescription: String { "\(code): \(what)" }

    init(
        _ code: String, _ what: String, _ severity: PreflightSeverity?, facts: ImageFacts = Sample.facts,
        kernel: KernelDrivers? = Sample.kernel, host: HostHardware? = Sample.host()
    ) {
        self.code = code
        self.what = what
        self.severity = severity
        subject = PreflightCase(facts: facts, kernels: kernel.map { [$0] } ?? [], host: host)
    }

    static let all = firmware + disks + diskDrivers + otherDrivers + systems + leftovers

    private static let firmware = [
        RuleCase("firmware-mode", "both modes", nil),
        RuleCase("firmware-mode", "no host", nil, facts: Sample.facts { $0.firmware.modes = ["bios"] }, host: nil),
        RuleCase("firmware-mode", "other mode", .doesNotFit, facts: Sample.facts { $0.firmware.modes = ["bios"] }),
        RuleCase("secure-boot", "a signed loader", nil),
        RuleCase(
            "secure-boot", "an unsigned loader", .doesNotFit, facts: Sample.facts { $0.firmware.isLoaderSigned = false }
        ),
        RuleCase(
            "secure-boot", "nobody looked", nil, facts: Sample.facts { $0.firmware.isLoaderSigned = nil }),
        RuleCase(
            "secure-boot", "Secure Boot off", nil, facts: Sample.facts { $0.firmware.isLoaderSigned = false },
            host: Sample.host(secureBoot: false)),
        RuleCase(
            "secure-boot", "a host with BIOS", nil, facts: Sample.facts { $0.firmware.isLoaderSigned = false },
            host: Sample.host(firmware: .bios, secureBoot: nil)),
    ]

    private static let disks = [
        RuleCase("sector-size", "the same", nil),
        RuleCase(
            "sector-size", "another", .doesNotFit, host: Sample.host(disks: [Sample.disk(sectorSize: 4096)])),
        RuleCase(
            "sector-size", "one of two", .warning,
            host: Sample.host(disks: [Sample.disk(sectorSize: 4096), Sample.disk("D2")])),
        RuleCase("disk-size", "large enough", nil, host: Sample.host(disks: [Sample.disk(size: 2 << 30)])),
        RuleCase(
            "disk-size", "a byte too small", .doesNotFit, host: Sample.host(disks: [Sample.disk(size: (2 << 30) - 1)])),
        RuleCase(
            "disk-size", "one of two", .warning,
            host: Sample.host(disks: [Sample.disk(size: 1 << 30), Sample.disk("D2")])),
        RuleCase("root-growth", "the last partition", nil),
        RuleCase(
            "root-growth", "a partition behind", .doesNotFit, facts: Sample.facts { $0.root?.isLast = false },
            host: nil),
        RuleCase(
            "root-growth", "a file system that does not grow", .doesNotFit,
            facts: Sample.facts { $0.root?.fileSystem = "f2fs" }, host: nil),
        RuleCase("root-growth", "unknown", nil, facts: Sample.facts { $0.root = nil }, host: nil),
    ]

    private static let diskDrivers = [
        RuleCase("disk-driver", "virtio", nil),
        RuleCase(
            "disk-driver", "SATA", nil,
            host: Sample.host(disks: [Sample.disk(transport: .sata, aliases: Sample.sataDisk)])),
        RuleCase(
            "disk-driver", "NVMe, built in", nil,
            host: Sample.host(
                disks: [Sample.disk(transport: .nvme, aliases: ["pci:v0000144Dd0000A808sv0sd0bc01sc08i02"])])),
        RuleCase(
            "disk-driver", "not in the initramfs", .doesNotFit,
            kernel: Sample.kernel { $0.initramfs?.removeAll { $0 == "virtio_blk" } }),
        RuleCase(
            "disk-driver", "what it builds upon is not in the initramfs", .doesNotFit,
            kernel: Sample.kernel { $0.initramfs?.removeAll { $0 == "libata" } },
            host: Sample.host(disks: [Sample.disk(transport: .sata, aliases: Sample.sataDisk)])),
        RuleCase(
            "disk-driver", "one of two disks", .warning,
            kernel: Sample.kernel { $0.initramfs?.removeAll { $0 == "ahci" } },
            host: Sample.host(disks: [Sample.disk(), Sample.disk("D2", transport: .sata, aliases: Sample.sataDisk)])),
        RuleCase(
            "disk-driver", "no driver in the kernel", .doesNotFit,
            host: Sample.host(
                disks: [Sample.disk(transport: .scsi, aliases: ["pci:v00001000d0000005Dsv0sd0bc01sc04i00"])])),
        RuleCase(
            "disk-driver", "built-in drivers that say nothing", .warning,
            kernel: Sample.kernel { $0.knowsBuiltinAliases = false },
            host: Sample.host(
                disks: [Sample.disk(transport: .scsi, aliases: ["pci:v00001000d0000005Dsv0sd0bc01sc04i00"])])),
        RuleCase(
            "disk-driver", "an initramfs that nobody could read", .warning,
            kernel: Sample.kernel { $0.initramfs = nil }),
        RuleCase(
            "disk-driver", "an initramfs that was not read to its end", .warning,
            kernel: Sample.kernel {
                $0.initramfs?.removeAll { $0 == "virtio_blk" }
                $0.isInitramfsWhole = false
            }),
        RuleCase("disk-driver", "an old stage", nil, host: Sample.host(disks: [Sample.disk(aliases: nil)])),
        RuleCase(
            "disk-driver", "an old stage, and not in the initramfs", .doesNotFit,
            kernel: Sample.kernel { $0.initramfs?.removeAll { $0 == "virtio_blk" } },
            host: Sample.host(disks: [Sample.disk(aliases: nil)])),
        RuleCase(
            "disk-driver", "an old stage and a controller of any kind", .warning,
            host: Sample.host(disks: [Sample.disk(transport: .sata, aliases: nil)])),
        RuleCase("disk-driver", "no kernel is known", nil, kernel: nil),
    ]

    private static let otherDrivers = [
        RuleCase("root-driver", "in the initramfs", nil, host: nil),
        RuleCase(
            "root-driver", "built in", nil, facts: Sample.facts { $0.root?.fileSystem = "btrfs" },
            kernel: Sample.kernel { $0.builtin.append("btrfs") }, host: nil),
        RuleCase(
            "root-driver", "missing", .doesNotFit, facts: Sample.facts { $0.root?.fileSystem = "xfs" }, host: nil),
        RuleCase("nic-driver", "as a module of the root file system", nil),
        RuleCase(
            "nic-driver", "no driver", .doesNotFit,
            kernel: Sample.kernel { $0.drivers.removeAll { $0.name == "virtio_net" } }),
        RuleCase(
            "nic-driver", "one of two cards", .warning,
            kernel: Sample.kernel { $0.drivers.removeAll { $0.name == "e1000e" } },
            host: Sample.host(nics: [Sample.nic(), Sample.nic(2, driver: "e1000e", aliases: Sample.intelCard)])),
        RuleCase(
            "nic-driver", "an old stage", nil, host: Sample.host(nics: [Sample.nic(driver: "tg3", aliases: nil)])),
    ]

    private static let systems = [
        RuleCase("not-examined", "everything was looked into", nil, host: nil),
        RuleCase(
            "not-examined", "something was not", .warning,
            facts: Sample.facts { $0.unexamined = [UnexaminedPart(subject: "the disk", reason: "it is odd")] },
            host: nil),
        RuleCase("no-system", "a system", nil, host: nil),
        RuleCase("no-system", "none", .warning, facts: Sample.facts { $0.system?.hasEtc = false }, host: nil),
        RuleCase("no-system", "nobody looked", nil, facts: Sample.facts { $0.system = nil }, host: nil),
        RuleCase("no-kernel", "a kernel", nil, host: nil),
        RuleCase("no-kernel", "none", .warning, facts: Sample.facts { $0.system?.kernels = [] }, host: nil),
        RuleCase("cloud-init", "installed", nil, host: nil),
        RuleCase("cloud-init", "missing", .warning, facts: Sample.facts { $0.system?.cloudInit = nil }, host: nil),
        RuleCase(
            "cloud-init", "disabled", .warning, facts: Sample.facts { $0.system?.cloudInit?.isDisabled = true },
            host: nil),
    ]

    private static let leftovers = [
        RuleCase("machine-id", "none", nil, host: nil),
        RuleCase("machine-id", "one", .warning, facts: Sample.facts { $0.system?.hasMachineID = true }, host: nil),
        RuleCase("ssh-host-keys", "none", nil, host: nil),
        RuleCase(
            "ssh-host-keys", "one", .warning,
            facts: Sample.facts { $0.system?.sshHostKeys = ["ssh_host_ed25519_key"] }, host: nil),
        RuleCase("passwords", "none", nil, host: nil),
        RuleCase(
            "passwords", "root's", .warning, facts: Sample.facts { $0.system?.passwordAccounts = ["root"] }, host: nil),
        RuleCase("persistent-net", "none", nil, host: nil),
        RuleCase(
            "persistent-net", "one", .warning,
            facts: Sample.facts { $0.system?.networkRules = ["70-persistent-net.rules"] }, host: nil),
    ]
}
