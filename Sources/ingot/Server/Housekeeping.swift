import HTTPServices
import Logging
import ServiceLifecycle

/// Ends deployments whose time is over, while the server runs.
struct Housekeeping: Service {
    let provisioner: Provisioner
    let log: Logger

    private static let interval = Duration.seconds(15)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await provisioner.endOverdueDeployments()
                } catch {
                    log.error("cannot look for overdue deployments: \(error)")
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
