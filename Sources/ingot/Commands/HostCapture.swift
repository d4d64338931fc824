import ArgumentParser
import NIOCore
import SystemPackage
import UserAPI

extension HostCommand {
    /// `ingot host capture`
    struct Capture: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Saves the newest packets from and to a host as a pcap file, for tcpdump or Wireshark.")
        @Argument(help: "The host's name, id or MAC address; a MAC address that is no host yet will do.")
        var host: String
        @Option(name: .shortAndLong, help: "The file to write.") var output: String
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let capture = try await connection.withClient { try await $0.bytes(APIRoute.capture(host)) }
            do {
                let file = try SystemPackage.FileDescriptor.open(
                    FilePath(output), .writeOnly, options: [.create, .truncate, .closeOnExec],
                    permissions: [.ownerReadWrite])
                _ = try file.closeAfter { try file.writeAll(capture.readableBytesView) }
            } catch {
                throw CommandError("cannot write \(output): \(error)")
            }
        }
    }
}
