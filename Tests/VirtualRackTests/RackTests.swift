import FoundationEssentials
import Glibc
import NetworkTypes
import Testing
import VirtualRack

/// Real racks in network namespaces, with the real QEMU. Root only. One after the other: this machine is small.
@Suite(.serialized) struct RackTests {
    @Test func leavesNothingBehind() async throws {
        let scratch = try ScratchDirectory()
        let rack = try await Rack.create(Self.configuration(.bios), base: scratch.file("racks"))
        #expect(try await Self.namespaces().contains(rack.namespaceName))
        let links = try await rack.run(["ip", "-o", "link"]).standardOutput
        for name in ["br-boot", "boot@", "tap0-0"] { #expect(links.contains(" \(name)"), "\(name)") }
        let host = try rack.host("node1")
        try await host.powerOn()
        let child = try await rack.start("sleeper", ["sleep", "1000"], log: scratch.file("log"))
        let qemu = try Self.qemu(host)

        try await rack.remove()

        #expect(!child.isAlive)
        #expect(try await Self.isGone(qemu))
        #expect(try await !Self.namespaces().contains(rack.namespaceName))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("racks")))
        try await rack.remove()
    }

    @Test func leavesNothingBehindWhereItCannotBeMade() async throws {
        let scratch = try ScratchDirectory()
        var configuration = Self.configuration(.bios)
        configuration.hosts[0].disks = [DiskConfiguration(image: scratch.file("missing.qcow2"))]
        let broken = configuration
        await #expect(throws: RackError.self) { try await Rack.create(broken, base: scratch.file("racks")) }
        #expect(try await !Self.namespaces().contains("ingot-\(configuration.name)"))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("racks")))
    }

    @Test func goesWithItsOwnerEvenWhenThatIsKilled() async throws {
        let scratch = try ScratchDirectory()
        let configuration = Self.configuration(.bios)
        let outer = try await Rack.create(
            RackConfiguration(name: "t-owner-\(getpid())"), base: scratch.file("outer"))
        let owner = try await outer.start("owner", ["sleep", "1000"], log: scratch.file("log"))
        let rack = try await Rack.create(
            configuration, base: scratch.file("racks"), lifetime: .process(owner.pid))
        try await rack.host("node1").powerOn()
        let qemu = try Self.qemu(try rack.host("node1"))

        try await owner.kill()

        let end = ContinuousClock.now + .seconds(20)
        while FileManager.default.fileExists(atPath: rack.directory.path), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(!FileManager.default.fileExists(atPath: rack.directory.path))
        #expect(try await Self.isGone(qemu))
        #expect(try await !Self.namespaces().contains(rack.namespaceName))
        try await outer.remove()
    }

    @Test func refusesASecondRackOfTheSameName() async throws {
        let scratch = try ScratchDirectory()
        try await Rack.with(Self.configuration(.bios), base: scratch.file("racks")) { rack in
            let same = rack.configuration
            await #expect(throws: RackError.self) { try await Rack.create(same, base: scratch.file("racks")) }
            await #expect(throws: RackError.self) { try await Rack.create(same, base: scratch.file("other")) }
            let namespaces = try await Self.namespaces()
            #expect(namespaces.contains(rack.namespaceName))
            let opened = try Rack.open(same.name, base: scratch.file("racks"))
            #expect(opened == rack)
            #expect(Rack.names(base: scratch.file("racks")) == [same.name])
        }
    }

    @Test func obeysThePowerSwitch() async throws {
        let scratch = try ScratchDirectory()
        try await Rack.with(Self.configuration(.bios), base: scratch.file("racks")) { rack in
            let host = try rack.host("node1")
            #expect(try await host.power == .off)
            await #expect(throws: RackError.self) { try await host.pause() }
            try await host.powerOn()
            #expect(try await host.power == .on)
            await #expect(throws: RackError.self) { try await host.powerOn() }
            try await host.pause()
            #expect(try await host.power == .paused)
            try await host.resume()
            try await host.reset()
            try await host.waitForEvent("RESET", timeout: .seconds(5))
            // Firmware that is reset in its midst may reset the machine once more by itself.
            let events = try host.events().prefix(3)
            #expect(events.map(\.name) == ["STOP", "RESUME", "RESET"])
            #expect(events.allSatisfy { !$0.isCausedByGuest })
            await #expect(throws: RackError.self) { try await host.monitor(QMPCommand("no-such-command")) }
            try await host.powerOff()
            try await host.powerOff()
            #expect(try await host.power == .off)
        }
    }

    @Test func takesEveryKindOfDiskAndNIC() async throws {
        let scratch = try ScratchDirectory()
        var configuration = Self.configuration(.bios)
        configuration.hosts[0].disks = DiskKind.allCases.map { DiskConfiguration(kind: $0, size: 64 << 20) }
        configuration.hosts[0].disks.append(DiskConfiguration(size: 64 << 20, isRecorded: true))
        configuration.hosts[0].disks.append(DiskConfiguration(kind: .nvme, size: 64 << 20, sectorSize: 4096))
        configuration.hosts[0].nics = NICModel.allCases.map { NICConfiguration(model: $0) }
        try await Rack.with(configuration, base: scratch.file("racks")) { rack in
            let host = try rack.host("node1")
            for _ in 0..<2 {
                try await host.powerOn()
                guard case .array(let blocks) = try await host.monitor(QMPCommand("query-block")) else {
                    throw RackError("query-block returned no list")
                }
                let nodes = Set(blocks.compactMap { $0["inserted"]?["node-name"]?.text })
                #expect(nodes == Set(configuration.hosts[0].disks.indices.map { "disk\($0)" }))
                try await host.powerOff()
            }
            try await host.disks[0].export(to: scratch.file("raw"))
            #expect(try scratch.contents("raw").count == 64 << 20)
        }
    }

    @Test func recordsWritesOverPowerCycles() async throws {
        let scratch = try ScratchDirectory()
        var configuration = Self.configuration(.bios)
        configuration.hosts[0].disks = [DiskConfiguration(size: 8 << 20, isRecorded: true)]
        try await Rack.with(configuration, base: scratch.file("racks")) { rack in
            let host = try rack.host("node1")
            for commands in [["write -P 1 0 64k", "flush", "write -P 2 4k 4k"], ["write -P 3 1M 4k", "flush"]] {
                try await host.powerOn()
                for command in commands {
                    let line = JSONValue.string("qemu-io -d /machine/peripheral/disk0/virtio-backend \"\(command)\"")
                    let answer = try await host.monitor(
                        QMPCommand("human-monitor-command", ["command-line": line]))
                    #expect(answer.text?.contains("rror") == false, "\(answer)")
                }
                try await host.powerOff()
            }
            let log = try BlockLog(file: host.disks[0].writeLog)
            #expect(log.entries.filter { $0.dataLength > 0 }.map(\.offset) == [0, 4096, 1 << 20])
            #expect(log.barriers.count >= 3)
            var replay = try BlockLogReplay(log: log, image: scratch.file("replayed"), size: 8 << 20)
            try replay.advance(to: log.entries.count)
            try await host.disks[0].export(to: scratch.file("raw"))
            let replayed = try scratch.contents("replayed")
            let raw = try scratch.contents("raw")
            #expect(replayed == raw)
        }
    }

    @Test func startsADiskAsACloneOfAnImage() async throws {
        let scratch = try ScratchDirectory()
        try Data(repeating: 7, count: 1 << 20).write(to: URL(filePath: scratch.file("image")))
        for format in DiskFileFormat.allCases {
            var configuration = Self.configuration(.bios)
            configuration.hosts[0].disks = [
                DiskConfiguration(size: 2 << 20, format: format, image: scratch.file("image"))
            ]
            try await Rack.with(configuration, base: scratch.file("racks")) { rack in
                try await rack.host("node1").disks[0].export(to: scratch.file("raw"))
                let content = try scratch.contents("raw")
                #expect(content.count == 2 << 20)
                #expect(content.prefix(1 << 20).allSatisfy { $0 == 7 } && content[(1 << 20)...].allSatisfy { $0 == 0 })
            }
        }
    }

    @Test(arguments: [
        (Firmware.bios, NICModel.virtioNet, "Configuring (net0"),
        (.uefi, .virtioNet, ">>Start PXE over IPv4"),
        (.uefiHTTP, .virtioNet, ">>Start HTTP Boot over IPv4"),
        (.uefi, .e1000e, "Configuring (net0"),
    ])
    func bootsFromTheNetworkWithABlankDisk(firmware: Firmware, nic: NICModel, text: String) async throws {
        let scratch = try ScratchDirectory()
        var configuration = Self.configuration(firmware)
        configuration.hosts[0].nics = [NICConfiguration(model: nic)]
        try await Rack.with(configuration, base: scratch.file("racks")) { rack in
            let host = try rack.host("node1")
            let capture = try await rack.startCapture(
                on: rack.configuration.networks[0], to: scratch.file("pcap"), filter: "udp port 67")
            try await host.powerOn()
            let time = try await host.waitForSerial(text, timeout: .seconds(120))
            print("\(firmware.rawValue) with \(nic.rawValue): '\(text)' after \(time)")
            let mac = try #require(host.macs.first)
            var frames: [String] = []
            for _ in 0..<100 where frames.isEmpty {
                try await Task.sleep(for: .milliseconds(200))
                frames = try await Rack.frames(in: scratch.file("pcap"), matching: "ether src \(mac)")
            }
            #expect(frames.first?.contains("BOOTP/DHCP") == true)
            try await capture.end()
            let position = host.serialPosition
            await #expect(throws: RackError.self) {
                try await host.waitForSerial("no firmware says this", after: position, timeout: .milliseconds(300))
            }
        }
    }

    @Test func talksToAMonitorWithoutAMachine() async throws {
        let scratch = try ScratchDirectory()
        try await Rack.with(RackConfiguration(name: "t-\(getpid())"), base: scratch.file("racks")) { rack in
            let socket = scratch.file("qmp.sock")
            let qemu = try await rack.start(
                "qemu",
                [
                    "qemu-system-x86_64", "-machine", "none", "-display", "none", "-qmp",
                    "unix:\(socket),server=on,wait=off",
                ],
                log: scratch.file("log"))
            for _ in 0..<100 where !FileManager.default.fileExists(atPath: socket) {
                try await Task.sleep(for: .milliseconds(50))
            }
            for _ in 0..<3 {
                let version = try await QMPConnection.with(socket: socket) {
                    try await $0.execute(QMPCommand("query-version"))
                }
                #expect(version["qemu"]?["major"] != nil)
            }
            try await qemu.end()
            await #expect(throws: (any Error).self) {
                try await QMPConnection.with(socket: socket) { _ in }
            }
        }
    }

    @Test func saysWhyAHostIsNotReachable() async throws {
        let scratch = try ScratchDirectory()
        try await Rack.with(RackConfiguration(name: "t-\(getpid())"), base: scratch.file("racks")) { rack in
            let shell = SecureShell(
                rack: rack, address: IPv4Address(10, 77, 0, 1), user: "root", key: scratch.file("key"))
            await #expect(throws: RackError.self) { try await shell.waitUntilReachable(timeout: .milliseconds(1)) }
            let output = try await shell.attempt("true")
            #expect(output.status == 255)
        }
    }

    private static func configuration(_ firmware: Firmware) -> RackConfiguration {
        RackConfiguration(
            name: "t-\(getpid())",
            hosts: [
                HostConfiguration(
                    name: "node1", firmware: firmware, disks: [DiskConfiguration(size: 1 << 30)], memory: 256)
            ])
    }

    /// Waits until the process's parent has taken notice of its end, too.
    private static func isGone(_ pid: Int32) async throws -> Bool {
        for _ in 0..<100 {
            if !FileManager.default.fileExists(atPath: "/proc/\(pid)") { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    private static func namespaces() async throws -> [String] {
        try await Tool.run("ip", ["netns", "list"]).split(separator: "\n")
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    private static func qemu(_ host: VirtualHost) throws -> Int32 {
        let file = "\(host.rack.directory.path)/hosts/\(host.name)/qemu.pid"
        let text = try String(contentsOf: URL(filePath: file), encoding: .utf8).filter { !$0.isWhitespace }
        return try #require(Int32(text))
    }
}
