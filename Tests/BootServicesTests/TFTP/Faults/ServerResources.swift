import FoundationEssentials
import Glibc

/// What this process holds: other tests run in it at the same time, so only what one test can tell apart is counted.
enum ServerResources {
    /// Open files whose path holds `part`.
    static func files(at part: String) throws -> Int {
        let directory = "/proc/self/fd"
        return try FileManager.default.contentsOfDirectory(atPath: directory).filter { name in
            // A descriptor of another test may be gone already.
            let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\(name)")
            return path?.contains(part) == true
        }.count
    }

    /// UDP sockets that are connected to a port, whatever its address.
    static func sockets(connectedTo port: UInt16) throws -> Int {
        let hexadecimal = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        return try text(of: "/proc/net/udp").split(separator: "\n").filter { line in
            let columns = line.split(separator: " ")
            return columns.count > 2 && columns[2].hasSuffix(suffix)
        }.count
    }

    private static func text(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LoopbackSocket.Failure(call: "open \(path)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    /// Asks again and again, for half a minute at most; whether it came true.
    static func waitUntil(_ isTrue: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while ContinuousClock.now < deadline {
            if try await isTrue() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
