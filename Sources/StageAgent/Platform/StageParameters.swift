import AgentProtocol
package import NetworkTypes

/// What a boot script told the stage on the kernel's command line.
package struct StageParameters: Hashable, Sendable {
    /// Base URL of the boot listener, without a slash at its end.
    package var server: String
    package var token: String
    /// The NIC that the loader used; nil where the loader did not say.
    package var bootMAC: MACAddress?

    /// Reads `ingot.server`, `ingot.token` and `BOOTIF`; the last of equal names counts. Throws
    /// `StageParameterError`.
    package init(commandLine: String) throws(StageParameterError) {
        server = try Self.server(Self.value(of: StageParameter.server, in: commandLine))
        let token = Self.value(of: StageParameter.token, in: commandLine)
        guard let token, !token.isEmpty else { throw .missing(StageParameter.token) }
        self.token = token
        bootMAC = try Self.value(of: StageParameter.bootInterface, in: commandLine).map(Self.mac)
    }

    private static func value(of name: String, in commandLine: String) -> String? {
        let word = commandLine.split(separator: " ").last { $0.hasPrefix(name + "=") }
        return word.map { String($0.dropFirst(name.count + 1)) }
    }

    private static func server(_ text: String?) throws(StageParameterError) -> String {
        guard var url = text, !url.isEmpty else { throw .missing(StageParameter.server) }
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("http://"), url.count > "http://".count else {
            throw .malformed(StageParameter.server, value: url, expected: "http://ADDRESS[:PORT]")
        }
        return url
    }

    /// PXELINUX's form: the hardware type, 01 for Ethernet, in front of the address.
    private static func mac(_ text: String) throws(StageParameterError) -> MACAddress {
        let bare = text.split(separator: "-").count == 7 && text.hasPrefix("01-") ? String(text.dropFirst(3)) : text
        guard let mac = MACAddress(bare) else {
            throw .malformed(StageParameter.bootInterface, value: text, expected: "01-52-54-00-12-34-56")
        }
        return mac
    }
}

/// Why the kernel's command line does not tell the stage what it needs.
package enum StageParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case malformed(String, value: String, expected: String)

    package var description: String {
        switch self {
        case .missing(let name):
            "the kernel command line has no \(name)=: the stage must be started by the server's boot script"
        case .malformed(let name, let value, let expected):
            "the kernel command line's \(name)=\(value) cannot be read: expected \(expected)"
        }
    }
}
