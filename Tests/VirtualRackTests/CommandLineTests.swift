import NetworkTypes
import Testing
import VirtualRack

/// QEMU's command lines, without QEMU.
@Suite struct CommandLineTests {
    @Test func startsABIOSHostInTheWholeKnownWay() {
        let host = HostConfiguration(
            name: "node1", firmware: .bios, nics: [NICConfiguration(mac: MACAddress("52:54:00:00:00:01"))],
            disks: [DiskConfiguration(size: 1 << 30, serial: "D1")], memory: 768,
            uuid: SystemUUID("12345678-1234-4234-8234-123456789abc"), serial: "S1")
        let golden = """
            -name lab-node1 -machine q35,graphics=off -accel tcg,thread=multi -cpu max -smp 1 -m 768 -nodefaults \
            -no-user-config -display none -vga none -device virtio-rng-pci -boot order=nc,reboot-timeout=10000 \
            -uuid 12345678-1234-4234-8234-123456789abc \
            -smbios type=1,manufacturer=Ingot,product=Virtual Host,serial=S1 \
            -chardev socket,id=serial,path=/h/console.sock,server=on,wait=off,logfile=/h/serial.log,logappend=on \
            -serial chardev:serial -qmp unix:/h/qmp.sock,server=on,wait=off \
            -chardev pipe,id=events,path=/h/events -mon chardev=events,mode=control \
            -netdev tap,id=nic0,ifname=tap0-0,script=no,downscript=no \
            -device virtio-net-pci,netdev=nic0,mac=52:54:00:00:00:01 \
            -blockdev driver=file,node-name=disk0-file,filename=/h/disk0.qcow2,discard=unmap \
            -blockdev driver=qcow2,node-name=disk0,file=disk0-file,discard=unmap \
            -device virtio-blk-pci,drive=disk0,id=disk0,serial=D1 -daemonize -pidfile /h/qemu.pid
            """
        #expect(arguments(host).joined(separator: " ") == golden)
    }

    @Test(arguments: [
        (Firmware.uefi, ["q35"], "OVMF_CODE_4M.fd", 0),
        (.uefiHTTP, ["q35"], "OVMF_CODE_4M.fd", 2),
        (.uefiSecureBoot, ["q35,smm=on"], "OVMF_CODE_4M.secboot.fd", 0),
    ])
    func givesUEFIHostsTheirFirmware(firmware: Firmware, machine: [String], code: String, options: Int) throws {
        let arguments = arguments(HostConfiguration(name: "node1", firmware: firmware))
        #expect(values(of: "-machine", in: arguments) == machine)
        let drives = values(of: "-drive", in: arguments)
        #expect(drives.first == "if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/\(code)")
        #expect(drives.last == "if=pflash,format=raw,unit=1,file=/h/nvram.fd")
        #expect(values(of: "-fw_cfg", in: arguments).count == options)
        #expect(!arguments.contains("-boot") && !arguments.contains { $0.contains("bootindex") })
    }

    @Test(arguments: [
        (DiskKind.virtioBlock, "virtio-blk-pci,drive=disk0,id=disk0,serial=A,,B"),
        (.nvme, "nvme,drive=disk0,id=disk0,serial=A,,B"),
        (.ahci, "ide-hd,bus=ide.0,drive=disk0,id=disk0,serial=A,,B"),
        (.megaraid, "scsi-hd,bus=raid.0,scsi-id=0,device_id=A,,B,drive=disk0,id=disk0,serial=A,,B"),
        (.virtioSCSI, "scsi-hd,bus=scsi.0,scsi-id=0,device_id=A,,B,drive=disk0,id=disk0,serial=A,,B"),
    ])
    func attachesEachKindOfDisk(kind: DiskKind, device: String) {
        let host = HostConfiguration(name: "node1", disks: [DiskConfiguration(kind: kind, serial: "A,B")])
        #expect(values(of: "-device", in: arguments(host)).last == device)
    }

    @Test func recordsTheWritesOfARecordedDisk() {
        let host = HostConfiguration(name: "node1", disks: [DiskConfiguration(format: .qcow2, isRecorded: true)])
        let top = "driver=blklogwrites,node-name=disk0,file=disk0-file,log=disk0-log,log-append=off,discard=unmap"
        #expect(values(of: "-blockdev", in: arguments(host)).last == top)
        #expect(values(of: "-blockdev", in: arguments(host)).first?.contains("disk0.raw") == true)
    }

    @Test(arguments: [(NICModel.virtioNet, Firmware.uefi, true), (.virtioNet, .bios, false), (.e1000e, .uefi, false)])
    func leavesTheROMOutOnlyWhereTheFirmwareHasADriver(model: NICModel, firmware: Firmware, isLeftOut: Bool) {
        let host = HostConfiguration(name: "node1", firmware: firmware, nics: [NICConfiguration(model: model)])
        let device = values(of: "-device", in: arguments(host)).first { $0.contains("netdev=nic0") }
        #expect(device?.hasSuffix(",romfile=") == isLeftOut)
    }

    private func arguments(_ host: HostConfiguration) -> [String] {
        QEMUCommand(
            rack: "lab", host: host, files: HostDirectory(path: "/h"),
            taps: host.nics.indices.map { "tap0-\($0)" }
        ).arguments
    }

    private func values(of option: String, in arguments: [String]) -> [String] {
        zip(arguments, arguments.dropFirst()).filter { $0.0 == option }.map(\.1)
    }
}
