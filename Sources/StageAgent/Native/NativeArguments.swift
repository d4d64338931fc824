import AgentProtocol
import NetworkTypes

/// The command line of `ingot-agent deploy`.
struct NativeArguments: Hashable, Sendable {
    var server: String
    var bootToken: String
    /// `/dev/loop3`: the only disks that the greeting will name.
    var diskPaths: Set<String> = []
    var mac: MACAddress
    /// A file with the installation's keys.
    var keys: String
    var firmware = FirmwareMode.uefi
    var skipping: Set<PhaseName> = [.grow, .inject, .bootloader, .reboot]

    static let usage = """
        usage: ingot-agent deploy --server URL --boot-token TOKEN --mac MAC --keys FILE [--disk-path DEVICE]...
                                  [--firmware uefi|bios] [--skip PHASE,PHASE,...|none]
        Carries out this host's order on a block device of a running system, without a stage. Of the machine's disks it
        sees only those that --disk-path names, none without it.
        """

    /// Throws `NativeArgumentError` for what is missing or unknown.
    init(_ arguments: [String]) throws(NativeArgumentError) {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw NativeArgumentError("\(option) needs a value") }
            if option == "--disk-path" { diskPaths.insert(value) } else { values[option] = value }
        }
        func required(_ option: String) throws(NativeArgumentError) -> String {
            guard let value = values.removeValue(forKey: option) else {
                throw NativeArgumentError("\(option) is missing")
            }
            return value
        }
        server = try required("--server")
        bootToken = try required("--boot-token")
        keys = try required("--keys")
        let text = try required("--mac")
        guard let mac = MACAddress(text) else { throw NativeArgumentError("'\(text)' is not a MAC address") }
        self.mac = mac
        if let text = values.removeValue(forKey: "--firmware") {
            guard let mode = FirmwareMode(rawValue: text) else {
                throw NativeArgumentError("'\(text)' is not a firmware mode: expected uefi or bios")
            }
            firmware = mode
        }
        if let text = values.removeValue(forKey: "--skip") { skipping = try Self.phases(text) }
        if let option = values.keys.min() { throw NativeArgumentError("unknown option '\(option)'") }
    }

    /// Only phases that do not protect the disk may be left out.
    private static func phases(_ text: String) throws(NativeArgumentError) -> Set<PhaseName> {
        if text == "none" { return [] }
        var phases: Set<PhaseName> = []
        for word in text.split(separator: ",") {
            guard let phase = PhaseName(rawValue: String(word)),
                [.verify, .grow, .inject, .bootloader, .reboot].contains(phase)
            else { throw NativeArgumentError("the phase '\(word)' cannot be left out") }
            phases.insert(phase)
        }
        return phases
    }
}

/// What is wrong with the command line.
struct NativeArgumentError: Error, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
