/// Makes QEMU's command line for a virtual host. Decides nothing else and touches nothing.
package struct QEMUCommand {
    let rack: String
    let host: HostConfiguration
    let files: HostDirectory
    /// The tap interface of each NIC.
    let taps: [String]
    /// The disks whose write log goes on from an earlier power-on.
    let continuedLogs: Set<Int>

    package init(
        rack: String, host: HostConfiguration, files: HostDirectory, taps: [String], continuedLogs: Set<Int> = []
    ) {
        self.rack = rack
        self.host = host
        self.files = files
        self.taps = taps
        self.continuedLogs = continuedLogs
    }

    static let program = "qemu-system-x86_64"

    /// All arguments. QEMU puts itself into the background once the machine runs, so that its exit status tells
    /// whether it could start.
    package var arguments: [String] {
        machine + firmware + identity + monitors + nics.flatMap { $0 } + disks.flatMap { $0 } + [
            "-daemonize", "-pidfile", files.pid,
        ]
    }

    private var machine: [String] {
        let options =
            switch host.firmware {
            case .bios: "q35,graphics=off"
            case .uefi, .uefiHTTP: "q35"
            case .uefiSecureBoot: "q35,smm=on"
            }
        return [
            "-name", "\(rack)-\(host.name)", "-machine", options, "-accel", "tcg,thread=multi", "-cpu", "max",
            "-smp", "1", "-m", "\(host.memory)", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none",
            "-device", "virtio-rng-pci",
        ]
    }

    private var firmware: [String] {
        guard let code = host.firmware.code else {
            // A BIOS that finds nothing tries again after ten seconds, as real ones do.
            return ["-boot", "order=\(host.bootsNetworkFirst ? "nc" : "cn"),reboot-timeout=10000"]
        }
        var arguments = [
            "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=\(code)",
            "-drive", "if=pflash,format=raw,unit=1,file=\(Self.value(files.variables))",
        ]
        if host.firmware == .uefiSecureBoot {
            arguments += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
        }
        if host.firmware == .uefiHTTP {
            for version in ["IPv4", "IPv6"] {
                arguments += ["-fw_cfg", "name=opt/org.tianocore/\(version)PXESupport,string=n"]
            }
        }
        return arguments
    }

    private var identity: [String] {
        let uuid = host.uuid ?? DerivedIdentity.uuid(rack: rack, host: host.name)
        let serial = host.serial ?? DerivedIdentity.serial(host: host.name)
        return (uuid.map { ["-uuid", "\($0)"] } ?? []) + [
            "-smbios", "type=1,manufacturer=Ingot,product=Virtual Host,serial=\(Self.value(serial))",
        ]
    }

    private var monitors: [String] {
        [
            "-chardev",
            "socket,id=serial,path=\(Self.value(files.console)),server=on,wait=off,"
                + "logfile=\(Self.value(files.serialLog)),logappend=on",
            "-serial", "chardev:serial",
            "-qmp", "unix:\(Self.value(files.monitor)),server=on,wait=off",
            "-chardev", "pipe,id=events,path=\(Self.value(files.events))", "-mon", "chardev=events,mode=control",
        ]
    }

    private var nics: [[String]] {
        host.nics.enumerated().map { index, nic in
            let mac = nic.mac ?? DerivedIdentity.mac(rack: rack, host: host.name, nic: index)
            // Without its ROM, OVMF drives a virtio NIC itself; it has drivers for no other kind.
            let rom = host.firmware.isUEFI && nic.model == .virtioNet ? ",romfile=" : ""
            return [
                "-netdev", "tap,id=nic\(index),ifname=\(taps[index]),script=no,downscript=no",
                "-device", "\(nic.model.rawValue),netdev=nic\(index),mac=\(mac)\(rom)",
            ]
        }
    }

    private var disks: [[String]] {
        controllers + host.disks.enumerated().map { index, disk in medium(index, disk) + device(index, disk) }
    }

    /// One controller for all disks of a kind that needs one; q35 has AHCI built in.
    private var controllers: [[String]] {
        let kinds = Set(host.disks.map(\.kind))
        return [
            kinds.contains(.megaraid) ? ["-device", "megasas-gen2,id=raid"] : [],
            kinds.contains(.virtioSCSI) ? ["-device", "virtio-scsi-pci,id=scsi"] : [],
        ]
    }

    /// The block nodes of a disk; the topmost is named `diskN`.
    private func medium(_ index: Int, _ disk: DiskConfiguration) -> [String] {
        let file = "driver=file,node-name=disk\(index)-file,filename=\(Self.value(files.disk(index, disk.format)))"
        let below = ["-blockdev", file + ",discard=unmap"]
        guard disk.isRecorded else {
            let top = "driver=\(disk.format.rawValue),node-name=disk\(index),file=disk\(index)-file,discard=unmap"
            return below + ["-blockdev", top]
        }
        let log = "driver=file,node-name=disk\(index)-log,filename=\(Self.value(files.writeLog(index)))"
        let append = continuedLogs.contains(index) ? "on" : "off"
        let top =
            "driver=blklogwrites,node-name=disk\(index),file=disk\(index)-file,log=disk\(index)-log,"
            + "log-append=\(append),discard=unmap"
        return below + ["-blockdev", log, "-blockdev", top]
    }

    private func device(_ index: Int, _ disk: DiskConfiguration) -> [String] {
        let serial = Self.value(disk.serial ?? DerivedIdentity.diskSerial(host: host.name, disk: index))
        let place = host.disks[..<index].filter { $0.kind == disk.kind }.count
        let model =
            switch disk.kind {
            case .virtioBlock: "virtio-blk-pci"
            case .nvme: "nvme"
            case .ahci: "ide-hd,bus=ide.\(place)"
            case .megaraid: "scsi-hd,bus=raid.0,scsi-id=\(place),device_id=\(serial)"
            case .virtioSCSI: "scsi-hd,bus=scsi.0,scsi-id=\(place),device_id=\(serial)"
            }
        let sectors =
            disk.sectorSize == 512
            ? "" : ",logical_block_size=\(disk.sectorSize),physical_block_size=\(disk.sectorSize)"
        return ["-device", "\(model),drive=disk\(index),id=disk\(index),serial=\(serial)\(sectors)"]
    }

    /// Text as the value of one option: QEMU wants a comma doubled.
    private static func value(_ text: String) -> String {
        text.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }
}
