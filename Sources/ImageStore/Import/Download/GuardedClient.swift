package import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOPosix

/// Makes HTTP clients that connect to hosts that a policy allows: a host is resolved once, its addresses are checked, and
/// one of them is connected to, so that no other answer of the DNS leads to what is refused.
package struct GuardedClient: Sendable {
    private let currentPolicy: @Sendable () -> DownloadPolicy
    private let resolver: any HostResolving

    /// - Parameter policy: asked for each host: it may change while the program runs.
    package init(
        policy: @escaping @Sendable () -> DownloadPolicy, resolver: any HostResolving = SystemResolver()
    ) {
        currentPolicy = policy
        self.resolver = resolver
    }

    /// What holds at the moment.
    var policy: DownloadPolicy { currentPolicy() }

    /// Runs `body` with a client for one URL's host; redirects are not followed.
    /// - Parameters:
    ///   - url: `http` or `https`.
    ///   - stall: how long nothing may come, in seconds.
    package func withClient<T>(
        for url: String, stall: Int64 = 60, _ body: (HTTPClient) async throws -> T
    ) async throws -> T {
        guard let host = URL(string: url)?.host(), !host.isEmpty else {
            throw ImportError.invalidRequest("'\(url)' names no host")
        }
        // Who connects would decode it, and ask for another host than the one whose addresses were checked.
        guard !host.contains("%") else { throw ImportError.invalidRequest("'\(host)' is no host name") }
        let address = try await address(of: host)
        var configuration = HTTPClient.Configuration.givingUp(stall: stall)
        configuration.dnsOverride = [host: address.description]
        return try await HTTPClient.withHTTPClient(configuration: configuration, body)
    }

    private func address(of host: String) async throws -> NetworkAddress {
        // A numeric IPv6 address stands in brackets.
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let addresses = try await NIOThreadPool.singleton.runIfActive { [resolver] in
            try resolver.addresses(of: name)
        }
        guard let first = addresses.first else { throw ImportError.download("the host '\(host)' has no address") }
        let policy = self.policy
        if policy.allows(host: name) { return first }
        // One address that is refused spoils the others: who gives it is not to be trusted.
        for address in addresses {
            if let reason = policy.refusal(of: address) {
                throw ImportError.invalidRequest(
                    "nothing is exchanged with '\(host)': \(reason); an administrator can allow it (imports.allow)")
            }
        }
        return first
    }
}

extension HTTPClient.Configuration {
    /// For a host that may be gone; redirects are not followed. It has 15 seconds to take a connection.
    /// - Parameter stall: how long nothing may come, in seconds.
    package static func givingUp(stall: Int64 = 60) -> Self {
        var configuration = Self(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(15), read: .seconds(stall))
        // Else a host that refuses is asked again until the request's own time is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
