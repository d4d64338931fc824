import AgentProtocol
import NetworkTypes

/// What the templates that start the stage are filled with.
struct StageValues: Sendable {
    private let kernel: ScriptFileName
    private let archives: [ScriptFileName]

    init(_ files: StageFiles) throws(BootScriptError) {
        kernel = try ScriptFileName(files.kernel)
        var names: [ScriptFileName] = []
        for archive in files.archives { names.append(try ScriptFileName(archive)) }
        archives = names
    }

    func values(baseURL: String, mac: MACAddress, token: String) throws(BootScriptError) -> [String: Any] {
        let base = try ScriptBaseURL(baseURL)
        let token = try ScriptToken(token)
        let parameters = [
            "\(StageParameter.server)=\(base.text)", "\(StageParameter.token)=\(token.text)",
            "\(StageParameter.bootInterface)=01-\(mac.hyphenated)",
        ]
        return [
            "base": base.text, "kernel": kernel.text, "archives": archives.map(\.text),
            "parameters": parameters.joined(separator: " "),
        ]
    }
}
