import AgentProtocol
import Crypto
import DiskFormats
import ImageFormat
import LinuxSystem
import NIOPosix
import StageAgent
import Testing

/// Growing a root file system of each kind, through partitions that no table on the disk names.
@Suite(.serialized)
struct GrowTests {
    @Test(
        arguments: [
            ["mkfs.ext4", "-q", "-F"], ["mkfs.ext2", "-q", "-F"], ["mkfs.xfs", "-q", "-f"], ["mkfs.btrfs", "-q", "-f"],
        ])
    func growsTheRootToTheDisksEnd(command: [String]) async throws {
        let fileSystem = try #require(command.first?.split(separator: ".").last.map(String.init))
        let loop = try LoopDisk(sparseMegabytes: 640)
        let device = try BlockDevice(path: loop.path)
        let root = Partition(
            number: 1, typeGUID: "", uniqueGUID: "", name: "", firstLBA: 2048, lastLBA: 655_359,
            fileSystem: fileSystem, role: .root)
        try device.addPartition(1, range: 2048 * 512..<655_360 * 512)
        try Tool.run(command + ["\(loop.path)p1"])
        try await grow(root, loop: loop, device: device)
        let size = try Mount.withMounted("\(loop.path)p1", type: fileSystem, readOnly: true) { directory in
            try Tool.run(["df", "--block-size=1M", "--output=size", directory]).output
        }
        try device.removePartition(1)
        let megabytes = try #require(size.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
        #expect(megabytes > 540, "df says \(size)")
    }

    private func grow(_ root: Partition, loop: LoopDisk, device: BlockDevice) async throws {
        let bench = try Bench(megabytes: 1, image: TestImage())
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let deployment = DeploymentContext(
            order: bench.order, inventory: bench.inventory, trusted: TrustedKeys([bench.key.publicKey]),
            server: FakeStageServer(
                image: bench.image, document: try Bench.sign(bench.image.manifest.encoded(), bench.key)),
            platform: bench.platform, settings: DeploymentSettings { Bench.now }, reporter: SilentReporter(),
            threads: threads)
        var manifest = bench.image.manifest
        manifest.partitionTable.partitions = [root]
        var table = try GPTTable(
            diskGUID: #require(GUID(TestImage.diskGUID)), diskSize: device.size, sectorSize: 512)
        table.entries[0] = GPTEntry(
            type: try #require(GUID(PartitionType.linuxFileSystem)), unique: table.diskGUID, firstLBA: root.firstLBA,
            lastLBA: root.lastLBA)
        let open = OpenDisk(medium: device, description: try loop.description(), devicePath: loop.path)
        deployment.note { [manifest, table] found in
            found.manifest = manifest
            found.table = table
            found.disk = open
        }
        try await #require(PhaseList.phase(.grow)).run(deployment)
        #expect(try deployment.table.entries[0]?.lastLBA == (639 << 20) / 512 - 1)
        try await threads.shutdownGracefully()
    }

    @Test func everyPhaseOfAnOrderIsInTheList() {
        #expect(PhaseList.all.map(\.name) == PhaseName.all)
    }
}
