package import NetworkTypes

/// A way into a system that a host runs, over the rack's network.
package struct SecureShell: Hashable, Sendable {
    package let rack: Rack
    package let address: IPv4Address
    package let user: String
    /// The file with the private key.
    package let key: String

    package init(rack: Rack, address: IPv4Address, user: String, key: String) {
        self.rack = rack
        self.address = address
        self.user = user
        self.key = key
    }

    /// Runs a shell command there. Throws only where `ssh` itself cannot be run; its own failures have status 255.
    package func attempt(_ command: String) async throws -> ProgramOutput {
        try await rack.run(
            ["ssh", "-i", key, "-l", user, "-T"]
                + [
                    "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes",
                    "ConnectTimeout=10", "LogLevel=ERROR", "ServerAliveInterval=15",
                ].flatMap { ["-o", $0] }
                + ["\(address)", command])
    }

    /// Runs a shell command there and returns its standard output. Throws where it ends in failure.
    package func run(_ command: String) async throws -> String {
        let output = try await attempt(command)
        guard output.status == 0 else {
            throw RackError(
                "\(user)@\(address): '\(command)' ended with \(output.status): \(output.standardError)"
                    + output.standardOutput)
        }
        return output.standardOutput
    }

    /// Waits until a login succeeds. Throws what `ssh` said last where none does within `timeout`.
    package func waitUntilReachable(timeout: Duration) async throws {
        let end = ContinuousClock.now + timeout
        while true {
            let output = try await attempt("true")
            if output.status == 0 { return }
            guard ContinuousClock.now < end else {
                throw RackError("\(user)@\(address) is not reachable after \(timeout): \(output.standardError)")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
