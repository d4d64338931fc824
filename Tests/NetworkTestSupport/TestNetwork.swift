import CLinux
import Foundation
import Glibc

/// Two network namespaces with a cable between them, and a third one where a test wants it. It needs root. The server's
/// end of the cable has the address 10.77.0.1/24, the client's none.
package final class TestNetwork: Sendable {
    package enum Side: String, Sendable, CaseIterable {
        case server
        case client
        /// A third namespace, for tests that need one; see `connectOther`.
        case other
    }

    /// What went wrong with `ip`.
    package struct Failure: Error {
        package var command: String
        package var output: String
    }

    /// The name of the interface on both sides.
    package static let interface = "wire0"
    private let name: String

    package init() throws {
        name = "ingot-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        do {
            try ip("netns", "add", namespace(.server))
            try ip("netns", "add", namespace(.client))
            try ip(
                "-n", namespace(.server), "link", "add", Self.interface, "type", "veth", "peer", "name",
                Self.interface, "netns", namespace(.client))
            for side in [Side.server, .client] { try run(on: side, "link", "set", Self.interface, "up") }
            try run(on: .server, "link", "set", "lo", "up")
            try run(on: .server, "address", "add", "10.77.0.1/24", "dev", Self.interface)
        } catch {
            remove()
            throw error
        }
    }

    /// Makes the third namespace, and a cable from the client's side to it, whose ends have the same name.
    package func connectOther(by cable: String) throws {
        try ip("netns", "add", namespace(.other))
        try ip(
            "-n", namespace(.client), "link", "add", cable, "type", "veth", "peer", "name", cable, "netns",
            namespace(.other))
        for side in [Side.client, .other] { try run(on: side, "link", "set", cable, "up") }
    }

    /// Runs `ip` on one side; what it printed.
    @discardableResult package func run(on side: Side, _ arguments: String...) throws -> String {
        try ip(["-n", namespace(side)] + arguments)
    }

    /// Does something in the namespace of one side, on this thread: sockets that it opens stay there.
    package func inside<T>(_ side: Side, _ body: () throws -> T) throws -> T {
        let here = Glibc.open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        let there = Glibc.open("/run/netns/\(namespace(side))", O_RDONLY | O_CLOEXEC)
        defer { for descriptor in [here, there] where descriptor >= 0 { close(descriptor) } }
        guard here >= 0, there >= 0, ingot_enter_network_namespace(there) == 0 else {
            throw Failure(command: "setns \(namespace(side))", output: String(cString: strerror(errno)))
        }
        defer { precondition(ingot_enter_network_namespace(here) == 0, "cannot leave a network namespace") }
        return try body()
    }

    private func namespace(_ side: Side) -> String { "\(name)-\(side.rawValue)" }

    /// Takes the namespaces away; every test calls this at its end.
    package func remove() {
        for side in Side.allCases { try? ip("netns", "delete", namespace(side)) }
    }

    private func ip(_ arguments: String...) throws { _ = try ip(arguments) }

    private func ip(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ip"] + arguments
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(command: "ip " + arguments.joined(separator: " "), output: text)
        }
        return text
    }
}
