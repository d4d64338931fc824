package import AgentProtocol
package import DiskFormats
package import ImageFormat
package import LinuxSystem
package import NIOPosix
import Synchronization

/// What the phases of one deployment share: the order, what they found out, and the means to work.
///
/// Phases run one after another; what one of them sets, the later ones read. Reading what no phase has set yet throws
/// `FailureCode.internal`.
package final class DeploymentContext: Sendable {
    package let order: Order
    package let inventory: Inventory
    package let server: any StageServer
    package let platform: any DeploymentPlatform
    package let settings: DeploymentSettings
    private let reporter: any DeploymentReporter
    private let threads: NIOThreadPool
    private let found = Mutex(Found())

    /// What phases found out.
    package struct Found: Sendable {
        package var trusted: TrustedKeys?
        package var manifest: Manifest?
        package var disk: OpenDisk?
        package var table: GPTTable?
        package var tableArea: TableArea?
        /// What the proof will say.
        package var tally = WriteTally()
        package var phaseMilliseconds: [String: Int] = [:]
    }

    /// - Parameter threads: runs what blocks; its number of threads bounds the disk's queue.
    package init(
        order: Order, inventory: Inventory, trusted: TrustedKeys, server: any StageServer,
        platform: any DeploymentPlatform, settings: DeploymentSettings, reporter: any DeploymentReporter,
        threads: NIOThreadPool
    ) {
        self.order = order
        self.inventory = inventory
        self.server = server
        self.platform = platform
        self.settings = settings
        self.reporter = reporter
        self.threads = threads
        found.withLock { $0.trusted = trusted }
    }

    /// Runs what blocks - disk, tools, mounts - on a thread of its own.
    package func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.runIfActive(body)
    }

    /// A line for the console and for the deployment's log.
    package func log(_ line: String) { reporter.report(.log(line)) }

    package func report(_ event: AgentEvent) { reporter.report(event) }

    /// Changes what is known.
    package func note(_ change: (inout sending Found) -> Void) { found.withLock { change(&$0) } }

    private func require<Value: Sendable>(
        _ what: String, _ value: @Sendable (Found) -> Value?
    ) throws(PhaseFailure) -> Value {
        guard let value = found.withLock({ value($0) }) else {
            throw PhaseFailure(.internal, "\(what) is not known yet: a phase is missing from the order")
        }
        return value
    }
}

extension DeploymentContext {
    /// The keys that manifests must be signed with. Set from the start.
    package var trusted: TrustedKeys { get throws(PhaseFailure) { try require("the trusted keys") { $0.trusted } } }

    /// The checked manifest. Set by `inspect`.
    package var manifest: Manifest { get throws(PhaseFailure) { try require("the manifest") { $0.manifest } } }

    /// The open disk. Set by `selectDisk`.
    package var disk: OpenDisk { get throws(PhaseFailure) { try require("the disk") { $0.disk } } }

    /// The bytes of the image that hold its partition table. Set by `write`.
    package var tableArea: TableArea { get throws(PhaseFailure) { try require("the table area") { $0.tableArea } } }

    /// The table that `commit` will write, with the root partition grown. Set by `grow`.
    package var table: GPTTable { get throws(PhaseFailure) { try require("the partition table") { $0.table } } }

    package var tally: WriteTally { found.withLock { $0.tally } }

    package var phaseMilliseconds: [String: Int] { found.withLock { $0.phaseMilliseconds } }

    /// The partition that `/` lives on; `inspect` made sure that there is one.
    package var rootPartition: Partition {
        get throws(PhaseFailure) {
            guard let root = try manifest.partitionTable.root else {
                throw PhaseFailure(.imageUnfit, "the image has no partition that can hold /")
            }
            return root
        }
    }

    /// The EFI system partition, if the image has one.
    package var efiSystemPartition: Partition? {
        get throws(PhaseFailure) { try manifest.partitionTable.partitions.first { $0.role == .efiSystem } }
    }

    /// The node of a partition, which the kernel knows from `grow` until `commit` ends: `/dev/sda2`.
    package func path(of partition: Partition) throws(PhaseFailure) -> String {
        try disk.partitionPath(partition.number)
    }

    /// Mounts a partition for as long as `body` runs, which may block. Errors of mount and unmount count as
    /// `FailureCode.diskError`.
    package func withMounted<Result: Sendable>(
        _ partition: Partition, readOnly: Bool = false,
        _ body: @escaping @Sendable (_ directory: String) throws -> Result
    ) async throws -> Result {
        let path = try path(of: partition)
        guard let type = partition.fileSystem else {
            throw PhaseFailure(.imageUnfit, "partition \(partition.number) holds no file system that is known")
        }
        return try await blocking {
            try attempt(.diskError) {
                try Mount.withMounted(path, type: type, readOnly: readOnly, body)
            }
        }
    }

    /// Runs a program of the stage to its end; throws `FailureCode.toolFailed` for any status that is not accepted.
    @discardableResult
    package func tool(_ arguments: [String], accepting: Set<Int32> = [0]) async throws -> Tool.Outcome {
        try await blocking { try attempt(.toolFailed) { try Tool.run(arguments, accepting: accepting) } }
    }
}

/// Runs `body`; a `DiskError` becomes a failure with this code, other errors pass.
package func attempt<Result>(_ code: FailureCode, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as DiskError {
        throw PhaseFailure(code, error.description)
    }
}
