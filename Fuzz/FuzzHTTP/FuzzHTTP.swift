import AgentProtocol
import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// What one client sends over one connection to the boot listener, byte by byte, before it sends no more: any number of
/// requests. Names in braces stand for tokens and digests of the listener, and `{length}` for the length in bytes of all that
/// follows the first head. What inputs leave behind, those behind them find, until the listener is renewed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let listener = current.listener()
    for secret in listener.secrets { bytes.replace(Array(secret.name.utf8), with: Array(secret.value.utf8)) }
    if let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        let body = bytes[headEnd.upperBound...]
        checkRoundTrip(Greeting.self, body)
        checkRoundTrip(EventBatch.self, body)
        checkRoundTrip(DeploymentResult.self, body)
        checkRoundTrip(CallHome.self, body)
        bytes.replace(Array("{length}".utf8), with: Array("\(body.count)".utf8))
    }
    let answer = exchange(bytes, port: listener.port)
    if !answer.isEmpty {
        precondition(answer.starts(with: "HTTP/1.1 ".utf8), "an answer that is none")
        // An answer may repeat what the input holds.
        let failure = Array("HTTP/1.1 5".utf8)
        precondition(!answer.contains(failure) || bytes.contains(failure), "an error of the server's own")
    }
    return 0
}

private let current = RenewedListener()

/// A listener for some inputs, then the next one.
private final class RenewedListener: Sendable {
    private static let inputs = 500

    private let state = Mutex<(listener: FuzzedListener?, left: Int)>((nil, 0))

    func listener() -> FuzzedListener {
        state.withLock { state in
            if let listener = state.listener, state.left > 0 {
                state.left -= 1
                return listener
            }
            let old = state.listener
            let new = waiting {
                try await old?.end()
                return try await FuzzedListener()
            }
            state = (new, Self.inputs)
            return new
        }
    }

    private func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> Value {
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Value, any Error>?>(nil)
        Task {
            do {
                let value = try await body()
                outcome.withLock { $0 = .success(value) }
            } catch {
                outcome.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        done.wait()
        switch outcome.withLock({ $0 }) {
        case .success(let value): return value
        case .failure(let error): preconditionFailure("no listener: \(error)")
        case nil: preconditionFailure("no listener")
        }
    }
}

/// Sends the bytes and then no more; all that comes until the server closes the connection. libFuzzer's alarms interrupt any
/// of it.
private func exchange(_ bytes: [UInt8], port: Int) -> [UInt8] {
    let connection = connected(to: port)
    defer { close(connection) }
    // All of it fits into the kernel's buffer. The server may have closed the connection already.
    _ = send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    shutdown(connection, CInt(SHUT_WR))
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
        let size = recv(connection, &part, part.count, 0)
        if size > 0 { answer += part[..<size] } else if size == 0 || errno != EINTR { return answer }
    }
}

private func connected(to port: Int) -> CInt {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    while true {
        let connection = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return connection }
        let reason = errno
        close(connection)
        guard reason == EINTR else {
            fatalError("the listener takes no connection: \(String(cString: strerror(reason)))")
        }
    }
}

/// What was read is written and read as the same.
private func checkRoundTrip<Document: Codable & Equatable>(_ type: Document.Type, _ bytes: ArraySlice<UInt8>) {
    do {
        let document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        let again = try JSONDecoder().decode(Document.self, from: JSONEncoder().encode(document))
        precondition(again == document, "a document is not read as it was written")
    } catch {
        _ = "\(error)"
    }
}
