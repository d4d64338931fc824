import HTTPTypes
import Hummingbird
import Logging
import NIOCore
package import NetworkTypes

/// Renders the scripts that loaders run.
package protocol BootScriptRendering: Sendable {
    /// Loads kernel, stage and site archive from `baseURL` and starts them with this boot token.
    func stage(baseURL: String, mac: MACAddress, token: String) throws -> String
    /// Starts the host's own disk.
    func localDisk() throws -> String
    /// Shows `message`, then starts the host's own disk.
    func failure(_ message: String) throws -> String
}

/// What loaders and firmware fetch: scripts, boot files, the stage.
struct BootRoutes: Sendable {
    let provisioner: Provisioner
    let scripts: any BootScriptRendering
    /// Boot files that firmware may ask for, by name.
    let bootFiles: [String: String]
    /// Kernel and archives of the stage, by name.
    let stageFiles: [String: String]

    func add(to router: Router<IngotContext>) {
        router.get("/boot/ipxe/:mac") { _, context in
            try await Self.text(script(for: context))
        }
        for method in [HTTPRequest.Method.get, .head] {
            // The name of a boot file may have folders.
            router.on("/boot/files/**", method: method) { request, context in
                try await Self.file(context.parameters.getCatchAll().joined(separator: "/"), of: bootFiles, request)
            }
            router.on("/stage/:name", method: method) { request, context in
                try await Self.file(context.requiredParameter("name"), of: stageFiles, request)
            }
        }
    }

    /// The script for a loader. Whatever goes wrong ends at the host's own disk, never in a write.
    private func script(for context: IngotContext) async throws -> String {
        guard let text = context.parameters.get("mac"), let mac = MACAddress(text) else {
            throw HTTPError(.badRequest, message: "the path ends with a MAC address such as 52-54-00-12-34-56")
        }
        do {
            switch try await provisioner.bootPlan(mac: mac) {
            case .stage(let token):
                context.logger.info("script for \(mac): stage")
                return try scripts.stage(baseURL: context.baseURL, mac: mac, token: token)
            case .localDisk:
                context.logger.info("script for \(mac): local disk")
                return try scripts.localDisk()
            }
        } catch {
            context.logger.error("no script for \(mac): \(error)")
            return try scripts.failure("the server could not decide; its log has the cause")
        }
    }

    private static func text(_ script: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: script)))
    }

    /// Only what is listed is served: no name leads to a path by itself.
    private static func file(
        _ name: String, of files: [String: String], _ request: Request
    ) async throws -> Response {
        guard let path = files[name] else { throw HTTPError(.notFound) }
        return try await FileResponse(path: path, contentType: "application/octet-stream").response(to: request)
    }
}
