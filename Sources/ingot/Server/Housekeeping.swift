import HTTPServices
import Logging
import ServiceLifecycle

/// Ends deployments, shares and uploads whose time is over, while the server runs.
struct Housekeeping: Service {
    let provisioner: Provisioner
    let images: ImageServices
    let log: Logger

    private static let interval = Duration.seconds(15)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await provisioner.endOverdueDeployments()
                    try await images.endOverdue()
                } catch {
                    log.error("cannot look for what is overdue: \(error)")
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
