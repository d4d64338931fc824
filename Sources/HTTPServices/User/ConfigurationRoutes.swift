import APIDescription
import HTTPTypes
import Hummingbird
import NIOCore
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
        routes.on(.showDescription) { _, _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: try OpenAPIDocument.text())))
        }
        routes.on(.reloadConfiguration) { _, _, _ in try await jsonResponse(configuration.reload()) }
    }
}
