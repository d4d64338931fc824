import AgentProtocol
import CloudInit
import Foundation
import Testing

/// The script that installed systems run, run for real.
struct CallHomeTests {
    private let system: InstalledSystem
    private let server: ScriptedServer

    init() throws {
        system = try InstalledSystem()
        server = try ScriptedServer()
    }

    @Test func callsHomeOnceAndCleansUp() throws {
        #expect(try run(answers: [204]) == 0)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /agent/v1/call-home HTTP/1.1\r\n"))
        #expect(!request.prefix(while: { $0 != "{" }).contains("secret"))
        let call = try report()
        #expect(call.deploymentID == "d-1")
        #expect(call.nonce == "secret")
        #expect(call.bootID == "11111111-2222-3333-4444-555555555555")
        #expect(call.machineID == "0123456789abcdef0123456789abcdef")
        #expect(call.cloudInitStatus == "done")
        #expect(call.cloudInitErrors.isEmpty)
        #expect(!system.exists(CallHomeFiles.configuration))
        #expect(system.text("systemctl.log") == "disable --quiet ingot-call-home.service\n")
    }

    @Test func triesAgainUntilTheServerAnswers() throws {
        #expect(try run(answers: [0, 503, 302, 429, 200]) == 0)
        #expect(server.requests.count == 5)
        #expect(server.requests.allSatisfy { $0.hasPrefix("POST /agent/v1/call-home ") })
        #expect(!system.exists(CallHomeFiles.configuration))
    }

    @Test(arguments: [400, 403, 409])
    func givesUpWhereTheServerRefuses(status: Int) throws {
        #expect(try run(answers: [status]) == 1)
        #expect(server.requests.count == 1)
        #expect(!system.exists(CallHomeFiles.configuration))
    }

    @Test(arguments: [
        ("echo '{\"status\": \"error\", \"errors\": [\"bad ü\", \"worse\"]}'; exit 1", "error", ["bad ü", "worse"]),
        (
            "echo '{\"status\": \"done\", \"errors\": [], \"recoverable_errors\": "
                + "{\"WARNING\": [\"w\"], \"DEPRECATED\": [\"d\"]}}'; exit 2", "done", ["WARNING: w"]
        ),
        ("echo '....'; echo '{\"status\": \"disabled\"}'", "disabled", []),
        ("echo nonsense", "unknown", []),
        ("echo '{broken'", "unknown", ["cloud-init status: Expecting property name"]),
    ])
    func reportsWhatCloudInitSays(script: String, status: String, errors: [String]) throws {
        try system.cloudInit(script)
        #expect(try run(answers: [204]) == 0)
        let call = try report()
        #expect(call.cloudInitStatus == status)
        #expect(call.cloudInitErrors.count == errors.count)
        for (found, expected) in zip(call.cloudInitErrors, errors) { #expect(found.hasPrefix(expected)) }
    }

    @Test func understandsACloudInitWithoutTheFormatOption() throws {
        try system.cloudInit(
            "case \"$*\" in *--format*) echo 'usage: cloud-init' >&2; exit 2;; esac; echo '...'; echo 'status: error'; exit 1"
        )
        try system.write("run/cloud-init/result.json", "{\"v1\": {\"datasource\": null, \"errors\": [\"no\"]}}")
        #expect(try run(answers: [204]) == 0)
        #expect(try report().cloudInitStatus == "error")
        #expect(try report().cloudInitErrors == ["no"])
    }

    @Test func waitsForCloudInit() throws {
        try system.cloudInit(
            "test \"$*\" = 'status --wait --format json' && /bin/sleep 1 && echo '{\"status\": \"done\"}'")
        let start = ContinuousClock.now
        #expect(try run(answers: [204]) == 0)
        #expect(ContinuousClock.now - start > .seconds(1))
        #expect(try report().cloudInitStatus == "done")
    }

    @Test func saysThatThereIsNoCloudInit() throws {
        try system.remove("bin/cloud-init")
        #expect(try run(answers: [204]) == 0)
        #expect(try report().cloudInitStatus == "not-installed")
    }

    @Test func boundsTheErrors() throws {
        try system.cloudInit(
            "/usr/bin/python3 -c 'import json; "
                + "print(json.dumps({\"status\": \"error\", \"errors\": [\"x\" * 9000] * 99}))'")
        #expect(try run(answers: [204]) == 0)
        #expect(try report().cloudInitErrors.map(\.count) == Array(repeating: 500, count: 20))
    }

    @Test func findsAVirtioDiskBelowAPartition() throws {
        let disk = "pci0000:00/0000:00:05.0/virtio2/block/vda"
        try system.write("sys/devices/\(disk)/serial", "DISK-1\n")
        try system.write("sys/devices/\(disk)/vda3/partition", "3\n")
        try system.link("sys/dev/block/254:3", to: "sys/devices/\(disk)/vda3")
        try mountRoot("254:3", "/dev/vda3", "ext4")
        try expectDisk("DISK-1", disk)
    }

    @Test func findsAnNVMeDiskByItsController() throws {
        let controller = "pci0000:00/0000:00:06.0/nvme/nvme0"
        try system.write("sys/devices/\(controller)/serial", "  NVME 7   \n")
        try system.link("sys/devices/\(controller)/nvme0n1/device", to: "sys/devices/\(controller)")
        try system.write("sys/devices/\(controller)/nvme0n1/nvme0n1p2/partition", "2\n")
        try system.link("sys/dev/block/259:2", to: "sys/devices/\(controller)/nvme0n1/nvme0n1p2")
        try mountRoot("259:2", "/dev/nvme0n1p2", "xfs")
        try expectDisk("NVME 7", "\(controller)/nvme0n1")
    }

    @Test func readsASCSIDisksSerialFromItsPage() throws {
        let disk = "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda"
        try system.write("sys/devices/\(disk)/device/vpd_pg80", "\0\0\0\u{8} WD-123 \0\0trailing")
        try system.write("sys/devices/\(disk)/sda1/partition", "1\n")
        try system.link("sys/dev/block/8:1", to: "sys/devices/\(disk)/sda1")
        try mountRoot("8:1", "/dev/sda1", "ext4")
        try expectDisk("WD-123", disk)
    }

    @Test func findsTheDiskBelowBtrfsWhichHasNoDeviceNumber() throws {
        let disk = "pci0000:00/0000:00:05.0/virtio2/block/vda"
        try system.write("sys/devices/\(disk)/serial", "DISK-1\n")
        try system.write("sys/devices/\(disk)/vda3/partition", "3\n")
        try system.link("sys/class/block/vda3", to: "sys/devices/\(disk)/vda3")
        try mountRoot("0:31", "/dev/vda3", "btrfs")
        try expectDisk("DISK-1", disk)
    }

    @Test func findsTheDiskBelowAMapping() throws {
        let disk = "pci0000:00/0000:00:05.0/virtio2/block/vda"
        try system.write("sys/devices/\(disk)/serial", "DISK-1\n")
        try system.write("sys/devices/\(disk)/vda3/partition", "3\n")
        try system.link("sys/devices/virtual/block/dm-0/slaves/vda3", to: "sys/devices/\(disk)/vda3")
        try system.link("sys/dev/block/253:0", to: "sys/devices/virtual/block/dm-0")
        try mountRoot("253:0", "/dev/mapper/root", "ext4")
        try expectDisk("DISK-1", disk)
    }

    @Test func onlyTheNonceFileIsSecret() throws {
        let call = CallHomeFiles.files(serverURL: "http://10.0.0.1:8080", deploymentID: "d-1", nonce: "secret")
        for file in call.files {
            #expect(file.content.contains("secret") == (file.path == CallHomeFiles.configuration))
            #expect((file.mode == 0o600) == (file.path == CallHomeFiles.configuration))
        }
        #expect(call.links.map(\.path) == ["/etc/systemd/system/multi-user.target.wants/ingot-call-home.service"])
    }

    /// Runs the script against a server that gives these answers.
    private func run(answers: [Int]) throws -> Int32 {
        let thread = Thread { [server] in server.answer(answers) }
        thread.start()
        return try system.callHome(port: server.port)
    }

    private func report() throws -> CallHome {
        let request = try #require(server.requests.last)
        let body = try #require(request.range(of: "\r\n\r\n"))
        return try JSONDecoder().decode(CallHome.self, from: Data(request[body.upperBound...].utf8))
    }

    private func mountRoot(_ number: String, _ source: String, _ type: String) throws {
        try system.write(
            "proc/self/mountinfo",
            "20 1 0:18 / /sys rw shared:7 - sysfs sysfs rw\n"
                + "22 1 \(number) / / rw,relatime shared:1 - \(type) \(source) rw\n")
    }

    private func expectDisk(_ serial: String, _ path: String) throws {
        #expect(try run(answers: [204]) == 0)
        #expect(try report().rootDiskSerial == serial)
        #expect(try report().rootDiskPath == path)
    }
}
