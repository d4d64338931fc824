package import BootTimeline
import HTTPTypes
package import Hummingbird
import NIOCore
package import NetworkTypes
import Synchronization

/// Tells an observer how the boot files and the stage came to hosts: what was really written and how it ended. Stands
/// inside of `Problems`, so that it sees what was not found.
package struct HTTPTransferObserver: RouterMiddleware {
    private let observer: any BootObserving
    private let macOf: @Sendable (IPv4Address) async -> MACAddress?
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - macOf: the MAC address of the client that has an address now; transfers of clients without one are not told.
    ///   - now: milliseconds since 1970.
    package init(
        observer: any BootObserving, macOf: @escaping @Sendable (IPv4Address) async -> MACAddress?,
        now: @escaping @Sendable () -> Int64
    ) {
        self.observer = observer
        self.macOf = macOf
        self.now = now
    }

    package func handle(
        _ request: Request, context: IngotContext, next: (Request, IngotContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get, let file = Self.file(at: request.uri.path),
            let mac = await mac(of: context.remoteAddress)
        else { return try await next(request, context) }
        let began = ContinuousClock.now
        do {
            var response = try await next(request, context)
            response.body = observed(response.body, file: file, mac: mac, began: began)
            return response
        } catch let error as HTTPError where error.status == .notFound {
            record(file, mac, bytes: 0, began: began, .missing, detail: nil)
            throw error
        }
    }

    /// The name of a boot file, the path of a file of the stage; nil for every other path.
    private static func file(at path: String) -> String? {
        let bootFiles = "/boot/files/"
        if path.hasPrefix(bootFiles) { return String(path.dropFirst(bootFiles.count)) }
        return path.hasPrefix("/stage/") ? String(path.dropFirst()) : nil
    }

    private func mac(of client: SocketAddress?) async -> MACAddress? {
        guard let text = client?.ipAddress, let address = IPv4Address(text) else { return nil }
        return await macOf(address)
    }

    private func observed(
        _ body: ResponseBody, file: String, mac: MACAddress, began: ContinuousClock.Instant
    ) -> ResponseBody {
        ResponseBody(contentLength: body.contentLength) { writer in
            let written = WrittenBytes()
            do {
                try await body.write(CountingWriter(parent: writer, written: written))
                record(file, mac, bytes: written.count, began: began, .complete, detail: nil)
            } catch {
                record(file, mac, bytes: written.count, began: began, .aborted, detail: "\(error)")
                throw error
            }
        }
    }

    private func record(
        _ file: String, _ mac: MACAddress, bytes: Int, began: ContinuousClock.Instant,
        _ ending: TransferRecord.Ending, detail: String?
    ) {
        let elapsed = began.duration(to: .now).components
        let milliseconds = elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
        let transfer = TransferRecord(
            service: .http, file: file, bytes: bytes, milliseconds: Int(milliseconds), ending: ending, detail: detail)
        observer.record(BootEvent(at: now(), mac: mac, occurrence: .transfer(transfer)))
    }
}

/// How much of a body was written.
private final class WrittenBytes: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add(_ bytes: Int) { value.wrappingAdd(bytes, ordering: .relaxed) }
}

/// Counts what its parent has written.
private struct CountingWriter: ResponseBodyWriter {
    var parent: any ResponseBodyWriter
    let written: WrittenBytes

    mutating func write(_ buffer: ByteBuffer) async throws {
        try await parent.write(buffer)
        written.add(buffer.readableBytes)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await parent.finish(trailingHeaders)
    }
}
