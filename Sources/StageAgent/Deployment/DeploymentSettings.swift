/// Numbers that a deployment runs by.
package struct DeploymentSettings: Sendable {
    /// Chunks that are fetched at once at most, each over a connection of its own; fewer where chunks are large.
    package var connections = 24
    /// Parts of the disk that are read at once.
    package var readers = 4
    /// How often a chunk with a wrong digest is fetched before the deployment fails.
    package var chunkAttempts = 4
    /// How long a server that does not answer is asked again.
    package var patience = Duration.seconds(600)
    /// Seconds since 1970.
    package var now: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Int64) { self.now = now }
}
