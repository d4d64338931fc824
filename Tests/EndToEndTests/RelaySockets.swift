import CLinux
import Glibc

extension Relay {
    /// Runs `body` with this thread in the network namespace, on a thread of its own.
    static func inNetwork<T: Sendable>(_ namespace: String, _ body: @escaping @Sendable () throws -> T) throws -> T {
        nonisolated(unsafe) var result: Result<T, any Error>?
        let thread = RelayThread.start {
            result = Result {
                let file = open(namespace, O_RDONLY | O_CLOEXEC)
                guard file >= 0, ingot_enter_network_namespace(file) == 0 else {
                    throw Relay.failure("enter \(namespace)")
                }
                Glibc.close(file)
                return try body()
            }
        }
        pthread_join(thread, nil)
        guard let result else { throw EndToEndError("the relay's thread did not run") }
        return try result.get()
    }

    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws -> (socket: Int32, port: UInt16) {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listening, address, length) == 0 && Glibc.listen(listening, 64) == 0
                    && getsockname(listening, address, &length) == 0
            }
        }
        guard status else { throw failure("listen") }
        return (listening, UInt16(bigEndian: address.sin_port))
    }

    /// A connection to the server's boot listener.
    static func connectToServer() throws -> Int32 {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 8080)
        address.sin_addr.s_addr = inet_addr("10.77.0.1")
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(connection, $0, length) }
        }
        guard status == 0 else {
            Glibc.close(connection)
            throw failure("connect")
        }
        return connection
    }

    /// False where the other side is gone.
    static func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func failure(_ what: String) -> EndToEndError {
        EndToEndError("the relay cannot \(what): \(String(cString: strerror(errno)))")
    }
}

/// A thread that may block and may change its network.
enum RelayThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    @discardableResult
    static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, body)
        return thread
    }
}
