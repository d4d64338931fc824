import FoundationEssentials
import Glibc

/// A virtual rack: a network namespace with bridges, and hosts on them. All its state lies in its directory, so that
/// any process can open it by name.
package struct Rack: Hashable, Sendable {
    package let configuration: RackConfiguration
    package let directory: RackDirectory

    /// How long a rack lives.
    package enum Lifetime: Hashable, Sendable {
        /// Until `remove`, whoever calls it.
        case untilRemoved
        /// At the longest as long as this process, even where it is killed.
        case thisProcess
        /// At the longest as long as the process with this number.
        case process(Int32)

        /// The process that the rack ends with.
        var owner: Int32? {
            switch self {
            case .untilRemoved: nil
            case .thisProcess: getpid()
            case .process(let pid): pid
            }
        }
    }

    /// Makes the rack with all hosts off. Root only. Where it fails nothing of it remains.
    package static func create(
        _ configuration: RackConfiguration, base: String = RackDirectory.standardBase,
        lifetime: Lifetime = .thisProcess
    ) async throws -> Rack {
        try configuration.validate()
        let rack = Rack(
            configuration: configuration, directory: RackDirectory(base: base, rack: configuration.name))
        guard try await !rack.namespace.exists else {
            throw RackError("the namespace \(rack.namespace.name) exists: remove the rack \(configuration.name) first")
        }
        try rack.claimDirectory(lifetime)
        do {
            try await rack.build(lifetime)
        } catch {
            await rack.removeWhateverHappens()
            throw error
        }
        return rack
    }

    /// The rack that some process made. Throws where there is none of this name.
    package static func open(_ name: String, base: String = RackDirectory.standardBase) throws -> Rack {
        try Name.require(name, atMost: 20, of: "rack")
        let directory = RackDirectory(base: base, rack: name)
        return Rack(configuration: try RackRecord(file: directory.record).configuration, directory: directory)
    }

    /// The names of all racks, in order.
    package static func names(base: String = RackDirectory.standardBase) -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return entries.filter { (try? open($0, base: base)) != nil }.sorted()
    }

    /// Makes a rack, runs `body` and removes the rack again, also where `body` throws or is cancelled.
    package static func with<T: Sendable>(
        _ configuration: RackConfiguration, base: String = RackDirectory.standardBase,
        _ body: (Rack) async throws -> T
    ) async throws -> T {
        let rack = try await create(configuration, base: base)
        let result: T
        do {
            result = try await body(rack)
        } catch {
            await rack.removeWhateverHappens()
            throw error
        }
        try await rack.remove()
        return result
    }

    /// The hosts in the order of the configuration.
    package var hosts: [VirtualHost] {
        configuration.hosts.indices.map { VirtualHost(rack: self, index: $0) }
    }

    /// The host with this name. Throws where the rack has none.
    package func host(_ name: String) throws -> VirtualHost {
        guard let host = hosts.first(where: { $0.name == name }) else {
            throw RackError("the rack \(configuration.name) has no host \(name)")
        }
        return host
    }

    /// The network namespace that everything of the rack is in: `ingot-NAME`.
    package var namespaceName: String { namespace.name }

    var namespace: NetworkNamespace { NetworkNamespace(name: "ingot-\(configuration.name)") }

    private func claimDirectory(_ lifetime: Lifetime) throws {
        let files = FileManager.default
        let base = String(directory.path.dropLast(configuration.name.count + 1))
        try files.createDirectory(atPath: base, withIntermediateDirectories: true)
        guard mkdir(directory.path, 0o700) == 0 else {
            throw RackError(
                "cannot make \(directory.path): \(String(cString: strerror(errno))); remove the rack of this name first"
            )
        }
        try RackRecord(configuration: configuration, owner: lifetime.owner).write(to: directory.record)
        for path in [directory.processes, directory.hosts] {
            try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
    }

    private func build(_ lifetime: Lifetime) async throws {
        if let owner = lifetime.owner {
            try await Watchdog(directory: directory, namespace: namespace).start(owner: owner)
        }
        try await namespace.create()
        try await Cabling(namespace: namespace, configuration: configuration).lay()
        for host in hosts { try await host.furnish() }
    }
}
