import Hummingbird
package import UserAPI

/// Exchanges the configuration of the running server.
package protocol ConfigurationReloading: Sendable {
    /// Reads the configuration's file again, checks it, and puts it in force. Throws `ProvisioningError` where it is
    /// wrong; the old one stays in force then.
    func reload() async throws -> ReloadReport
}

/// `/api/v1/configuration`.
struct ConfigurationRoutes: Sendable {
    let configuration: any ConfigurationReloading

    func add(to routes: OperationRoutes) {
        routes.on(.reloadConfiguration) { _, _, _ in try await jsonResponse(configuration.reload()) }
    }
}
