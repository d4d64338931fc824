import AgentProtocol
import Crypto
import ImageFormat
import LinuxSystem
import NetworkTypes
import StageAgent
import Testing

/// What is refused before the first write: the disk keeps every octet.
@Suite(.serialized)
struct RefusalTests {
    private func refuses(
        _ code: FailureCode, megabytes: Int = 96, sectorSize: Int = 512, image: TestImage? = nil,
        _ change: (inout Bench) throws -> Void
    ) async throws {
        var bench = try Bench(megabytes: megabytes, sectorSize: sectorSize, image: image)
        try change(&bench)
        #expect(try await bench.failure() == code)
        #expect(try bench.loop.isUntouched)
    }

    @Test func aManifestWithAWrongSignature() async throws {
        try await refuses(.manifestRefused) { $0.manifestKey = Curve25519.Signing.PrivateKey() }
    }

    @Test func anotherSignedManifestThanTheOrderNames() async throws {
        try await refuses(.manifestRefused) { $0.image.manifest.os.name = "another" }
    }

    @Test func anExpiredOrder() async throws {
        try await refuses(.orderRefused) { $0.order.expiresAt = Bench.now + 9 }
    }

    @Test func anOrderForAnotherHost() async throws {
        try await refuses(.orderRefused) { $0.order.host.macs = [MACAddress("52:54:00:00:00:99")].compactMap(\.self) }
    }

    @Test func anOrderOfAnotherKind() async throws {
        try await refuses(.orderRefused) { $0.order.kind = "ingot-manifest" }
    }

    @Test(arguments: [PhaseName.invalidate, .verify, .commit, .selectDisk])
    func anOrderWithoutAPhaseThatProtectsTheDisk(phase: PhaseName) async throws {
        try await refuses(.orderRefused) { $0.order.phases.removeAll { $0 == phase } }
    }

    @Test func anOrderWhosePhasesComeInAnotherOrder() async throws {
        try await refuses(.orderRefused) { $0.order.phases.reverse() }
    }

    @Test func aDiskThatIsTooSmall() async throws {
        try await refuses(.imageUnfit, megabytes: 48) { _ in }
    }

    @Test func aDiskWithOtherSectors() async throws {
        try await refuses(.imageUnfit, sectorSize: 4096) { _ in }
    }

    @Test func aRootThatIsNotTheLastPartition() async throws {
        try await refuses(.imageUnfit, image: TestImage(rootIsLast: false)) { _ in }
    }

    @Test func aRootInAVolumeGroup() async throws {
        try await refuses(.imageUnfit) { bench in
            bench.image.manifest.partitionTable.partitions[0].fileSystem = "LVM2_member"
            bench.order.manifest = ChunkDigest(of: Array(try bench.image.manifest.encoded()))
        }
    }

    @Test func anImageForOtherFirmware() async throws {
        try await refuses(.imageUnfit) {
            $0.inventory.firmware = .bios; $0.image.manifest.firmware = ["uefi"]
            $0.order.manifest = ChunkDigest(of: Array(try $0.image.manifest.encoded()))
        }
    }

    @Test(arguments: [0, 2])
    func noDiskOrTwoDisksThatAreTheOrderedOne(count: Int) async throws {
        try await refuses(.diskSelection) { bench in
            bench.platform = RepeatedDisks(
                disk: try bench.loop.description(), count: count, real: MachineDisks(only: [bench.loop.path]))
        }
    }

    @Test(arguments: ["serial", "size", "path"])
    func anotherDiskThanTheOrderIsBoundTo(field: String) async throws {
        try await refuses(.diskSelection) { bench in
            switch field {
            case "serial": bench.order.disk.serial = "S1"
            case "size": bench.order.disk.size += 512
            default: bench.order.disk.path = "virtual/block/loop999"
            }
        }
    }

    @Test func aDeviceThatIsNotTheListedDiskOnceItIsOpen() async throws {
        try await refuses(.diskSelection) { bench in
            let real = MachineDisks(only: [bench.loop.path])
            bench.platform = SwappedDisk(listed: try bench.loop.description(), real: real)
        }
    }

    @Test func aDiskThatHoldsAForeignSystem() async throws {
        let bench = try Bench()
        try Tool.run(["mkfs.ext4", "-q", "-F", "-E", "nodiscard", bench.loop.path])
        let before = try bench.loop.content()
        #expect(try await bench.failure() == .diskSelection)
        #expect(try bench.loop.content() == before)
    }

    @Test func overwritesAForeignSystemWhereTheOrderSaysSo() async throws {
        var bench = try Bench(megabytes: 64)
        try Tool.run(["mkfs.ext4", "-q", "-F", "-E", "nodiscard", bench.loop.path])
        bench.order.disk.mayOverwrite = true
        bench.skipping.insert(.grow)
        let (ending, _) = try await bench.run()
        #expect(ending == .committed)
        #expect(try bench.loop.content() == bench.image.content)
    }

    @Test func aDiskThatIsInUse() async throws {
        let bench = try Bench()
        try Tool.run(["mkfs.ext4", "-q", "-F", "-E", "nodiscard", bench.loop.path])
        let code = try Mount.withMounted(bench.loop.path, type: "ext4") { _ -> FailureCode? in
            #expect(throws: DiskError.self) { try BlockDevice.requireUnused(path: bench.loop.path) }
            return .diskSelection
        }
        #expect(code == .diskSelection)
    }
}

/// Lists one disk several times, or not at all.
private struct RepeatedDisks: DeploymentPlatform {
    let disk: Disk
    let count: Int
    let real: MachineDisks

    func disks() throws -> [Disk] { Array(repeating: disk, count: count) }

    func open(_ disk: Disk) throws -> OpenDisk { try real.open(disk) }
}

/// Opens a disk that turns out to have a serial number.
private struct SwappedDisk: DeploymentPlatform {
    let listed: Disk
    let real: MachineDisks

    func disks() throws -> [Disk] { [listed] }

    func open(_ disk: Disk) throws -> OpenDisk {
        var open = try real.open(disk)
        open.description.serial = "SOMETHING-ELSE"
        return open
    }
}
