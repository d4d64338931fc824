package import LinuxSystem
import NetworkTypes

/// Boots a fleet of simulated hosts against the servers on one network.
package struct Simulation: Sendable {
    private let fleet: Fleet
    private let interface: NetworkInterface
    private let address: IPv4Address
    private let parallel: Int
    private let retry: Duration

    /// - Parameters:
    ///   - interface: is on the network, and has an IPv4 address there.
    ///   - parallel: hosts under way at one time, 1 at least.
    ///   - retry: how long a host waits for the first answer to a DHCP message.
    package init(
        of fleet: Fleet, on interface: NetworkInterface, parallel: Int, retry: Duration
    ) throws(SimulationError) {
        guard let address = interface.addresses.first?.address else {
            throw SimulationError("\(interface.name) has no IPv4 address: TFTP and HTTP need one")
        }
        self.fleet = fleet
        self.interface = interface
        self.address = address
        self.parallel = max(1, parallel)
        self.retry = retry
    }

    /// Runs it to its end. Throws where the network itself fails; how each host ended is in its result.
    ///
    /// - Parameter ended: is told how many hosts have ended, after each.
    package func run(ended: (Int) -> Void = { _ in }) async throws -> [HostResult] {
        let link = try HostLink(on: interface)
        let http = BootHTTP(from: address, connections: parallel)
        do {
            let results = try await results(link, http, ended: ended)
            try await http.shutdown()
            return results
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private func results(
        _ link: HostLink, _ http: BootHTTP, ended: (Int) -> Void
    ) async throws -> [HostResult] {
        try await withThrowingTaskGroup(of: HostResult?.self) { group in
            group.addTask {
                try await link.run()
                return nil
            }
            var waiting = fleet.hosts[...]
            for host in waiting.prefix(parallel) { group.addTask { try await walk(host, link, http) } }
            waiting = waiting.dropFirst(parallel)
            var results: [HostResult] = []
            while results.count < fleet.hosts.count, let finished = try await group.next() {
                guard let result = finished else { continue }
                results.append(result)
                ended(results.count)
                if let host = waiting.popFirst() { group.addTask { try await walk(host, link, http) } }
            }
            group.cancelAll()
            return results
        }
    }

    private func walk(_ host: SimulatedHost, _ link: HostLink, _ http: BootHTTP) async throws -> HostResult {
        let began = ContinuousClock.now
        let walk = HostWalk(host: host, link: link, http: http, address: address, retry: retry)
        var failure: String?
        do {
            try await walk.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            failure = "\(error)"
        }
        return HostResult(
            host: host, failure: failure, answers: walk.times.all, duration: ContinuousClock.now - began)
    }
}
