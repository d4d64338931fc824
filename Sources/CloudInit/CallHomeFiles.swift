package import AgentProtocol

/// What makes the installed system call home once: a systemd unit, a script and a file with the nonce.
package enum CallHomeFiles {
    package static let configuration = "/var/lib/ingot/call-home.json"
    package static let script = "/usr/local/lib/ingot/call-home"
    package static let unitName = "ingot-call-home.service"

    /// - Parameter serverURL: the base URL that the stage reached the server at, without a trailing slash.
    package static func files(
        serverURL: String, deploymentID: String, nonce: String
    ) -> (files: [InjectedFile], links: [InjectedLink]) {
        let values = [
            "{\"deploymentID\": \(quoted(deploymentID)),", " \"nonce\": \(quoted(nonce)),",
            " \"url\": \(quoted(serverURL + AgentRoute.callHome))}",
        ]
        let files = [
            InjectedFile(path: configuration, mode: 0o600, content: values.joined(separator: "\n") + "\n"),
            InjectedFile(path: script, mode: 0o755, content: CallHomeScript.text),
            InjectedFile(path: "/etc/systemd/system/\(unitName)", mode: 0o644, content: unit),
        ]
        let link = InjectedLink(
            path: "/etc/systemd/system/multi-user.target.wants/\(unitName)", target: "/etc/systemd/system/\(unitName)")
        return (files, [link])
    }

    /// Ordered after nothing: the script itself waits for cloud-init and for the network, and nothing waits for it.
    private static let unit = """
        [Unit]
        Description=Tell the Ingot server once that this system has started
        ConditionPathExists=\(configuration)

        [Service]
        Type=exec
        ExecStart=/usr/bin/python3 \(script)
        Nice=10

        [Install]
        WantedBy=multi-user.target

        """
}
