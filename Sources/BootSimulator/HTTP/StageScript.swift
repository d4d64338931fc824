package import NetworkTypes

/// What a loader's script has a host start, as far as a host can tell: read word by word, nothing is expanded.
package struct StageScript: Hashable, Sendable {
    /// The kernel and its archives, in their order: URLs for iPXE, names for TFTP for GRUB.
    package let files: [String]
    /// The boot listener's base URL.
    package let server: String
    package let token: String

    private static let overHTTP = "http://"
    private static let overTFTP = "(tftp)/"

    /// Reads a script of iPXE; throws where it does not start the stage, or starts it for another host.
    package init(_ text: String, mac: MACAddress) throws(SimulationError) {
        guard text.hasPrefix("#!ipxe\n") else { throw SimulationError("the script does not begin with #!ipxe") }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        let kernels = lines.filter { $0.first == "kernel" }
        guard kernels.count == 1, let kernel = kernels.first, lines.contains(where: { $0.first == "boot" }) else {
            throw SimulationError("the script starts no stage")
        }
        let words = kernel.dropFirst().prefix { $0 != "||" }
        let archives = lines.filter { $0.first == "initrd" }.compactMap { line in
            line.first { $0.hasPrefix(Self.overHTTP) }
        }
        guard let url = words.first, url.hasPrefix(Self.overHTTP), !archives.isEmpty else {
            throw SimulationError("the script loads no kernel and archives over HTTP")
        }
        files = ([url] + archives).map { String($0) }
        (server, token) = try Self.parameters(words, mac: mac)
    }

    /// Reads a configuration of GRUB; throws as for iPXE.
    package init(grub text: String, mac: MACAddress) throws(SimulationError) {
        let lines = text.split(separator: "\n").map { line in line.split { $0 == " " || $0 == ";" } }
        let kernels = lines.compactMap { Self.arguments(of: "linux", in: $0) }
        guard kernels.count == 1, let words = kernels.first, lines.contains(where: { $0.first == "boot" }) else {
            throw SimulationError("the configuration starts no stage")
        }
        let archives = lines.compactMap { Self.arguments(of: "initrd", in: $0) }
            .flatMap { $0.filter { $0.hasPrefix(Self.overTFTP) } }
        guard let kernel = words.first, kernel.hasPrefix(Self.overTFTP), !archives.isEmpty else {
            throw SimulationError("the configuration loads no kernel and archives over TFTP")
        }
        files = ([kernel] + archives).map { String($0.dropFirst(Self.overTFTP.count)) }
        (server, token) = try Self.parameters(words, mac: mac)
    }

    /// The words behind a command, which may stand behind `if`.
    private static func arguments(of command: Substring, in line: [Substring]) -> ArraySlice<Substring>? {
        guard line.first != "#", let index = line.firstIndex(of: command), index <= 1 else { return nil }
        return line[(index + 1)...]
    }

    /// The server and the boot token on a kernel's command line.
    private static func parameters(
        _ words: ArraySlice<Substring>, mac: MACAddress
    ) throws(SimulationError) -> (String, String) {
        let server = try value("ingot.server", words)
        let token = try value("ingot.token", words)
        guard try value("BOOTIF", words) == "01-" + mac.hyphenated else {
            throw SimulationError("the script's BOOTIF is not that of \(mac)")
        }
        guard server.hasPrefix(overHTTP), token.utf8.count >= 16 else {
            throw SimulationError("the script's ingot.server or ingot.token is none")
        }
        return (server, token)
    }

    private static func value(
        _ name: String, _ words: ArraySlice<Substring>
    ) throws(SimulationError) -> String {
        let values = words.filter { $0.hasPrefix(name + "=") }
        guard values.count == 1, let value = values.first else {
            throw SimulationError("the script's kernel has \(values.count) times \(name), expected one")
        }
        return String(value.dropFirst(name.count + 1))
    }
}
