public import AgentProtocol

extension Order {
    /// How long a stage may still begin an order after it was signed, in seconds.
    public static let lifetime: Int64 = 900

    /// The order for the newest attempt of `deployment`, onto the disk that was chosen.
    public init(
        for deployment: Deployment, host: Host, disk: Disk, files: [InjectedFile], links: [InjectedLink], now: Int64
    ) {
        self.init(
            deploymentID: deployment.id, attempt: deployment.attempt, maximumAttempts: deployment.maximumAttempts,
            host: HostBinding(systemUUID: host.systemUUID, macs: host.macs),
            disk: DiskBinding(of: disk, mayOverwrite: deployment.mayOverwrite), manifest: deployment.manifest,
            imageLabel: deployment.imageLabel, nonce: deployment.nonce, issuedAt: now, expiresAt: now + Self.lifetime,
            files: files, links: links)
    }
}
