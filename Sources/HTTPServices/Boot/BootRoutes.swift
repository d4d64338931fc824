import BootTimeline
import HTTPTypes
import Hummingbird
import NIOCore
import NetworkTypes

/// What loaders and firmware fetch: scripts, boot files, the stage.
struct BootRoutes: Sendable {
    let scripts: HostScripts
    /// Boot files that firmware may ask for, by name.
    let bootFiles: [String: String]
    /// Kernel and archives of the stage, by name.
    let stageFiles: [String: String]
    let pieces: FilePieces

    func add(to router: Router<IngotContext>) {
        router.get("/boot/ipxe/:mac") { _, context in
            guard let text = context.parameters.get("mac"), let mac = MACAddress(text) else {
                throw HTTPError(.badRequest, message: "the path ends with a MAC address such as 52-54-00-12-34-56")
            }
            return try await Self.text(scripts.script(for: mac, loader: .ipxe, baseURL: context.baseURL))
        }
        for method in [HTTPRequest.Method.get, .head] {
            // The name of a boot file may have folders.
            router.on("/boot/files/**", method: method) { request, context in
                try await file(context.parameters.getCatchAll().joined(separator: "/"), of: bootFiles, request)
            }
            router.on("/stage/:name", method: method) { request, context in
                try await file(context.requiredParameter("name"), of: stageFiles, request)
            }
        }
    }

    private static func text(_ script: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: script)))
    }

    /// Only what is listed is served: no name leads to a path by itself.
    private func file(
        _ name: String, of files: [String: String], _ request: Request
    ) async throws -> Response {
        guard let path = files[name] else { throw HTTPError(.notFound) }
        let file = try await pieces.file(at: path)
        return try FileResponse(file: file, contentType: "application/octet-stream", pieces: pieces)
            .response(to: request)
    }
}
