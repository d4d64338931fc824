import BootPolicy
import BootServices
import BootTimeline
import FoundationEssentials
import Logging
import NIOCore
import NetworkTypes

/// Runs a TFTP service on loopback while `body` uses its port; `mac` is the MAC address of every client.
func withTFTPService<Result: Sendable>(
    _ files: any BootFileProviding, limits: TFTPServiceLimits = TFTPServiceLimits(),
    observer: any BootObserving = NoBootObserver(), mac: MACAddress? = nil,
    _ body: @Sendable (_ port: Int) async throws -> Result
) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let service = TFTPService(
        addresses: [IPv4Address(127, 0, 0, 1)], port: 0, files: files, limits: limits, observer: observer,
        macOf: { _ in mac }, log: Logger(label: "tftp") { _ in SwiftLogNoOpLogHandler() },
        bound: { continuation.yield($0) })
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { continuation.finish() }
            try await service.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await group.waitForAll()
            throw CancellationError()
        }
        let result = try await body(port)
        group.cancelAll()
        return result
    }
}

/// Octets that differ from block to block and from seed to seed.
func patternBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

func virtualFiles(_ files: [String: [UInt8]]) -> VirtualBootFiles {
    VirtualBootFiles(files.mapValues { ByteBuffer(bytes: $0) })
}

func manifest(naming names: [String]) throws -> BootFileManifest {
    try BootFileManifest(
        files: names.map {
            BootFile(name: $0, loader: .ipxe, architecture: .x64, firmware: .uefi, package: "ipxe", source: "/\($0)")
        })
}

/// A new directory that is removed after `body`.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let number = UInt64.random(in: .min ... .max)
    let directory = FileManager.default.temporaryDirectory.appending(path: "ingot-boot-\(number)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}
