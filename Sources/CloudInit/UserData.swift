import Yams

/// What cloud-init takes as user data.
package enum UserData {
    /// The first words that cloud-init knows a part by.
    private static let headers = [
        "#cloud-config", "#!", "#include", "#cloud-boothook", "#part-handler", "## template: jinja", "Content-Type:",
        "MIME-Version:",
    ]
    private static let byteBound = 512 * 1024

    /// Nothing to do.
    package static let empty = "#cloud-config\n{}\n"

    /// Refuses what cloud-init would only warn about in the installed system.
    package static func check(_ text: String) throws(SettingsError) {
        guard text.utf8.count <= byteBound else {
            throw SettingsError("userData", "has \(text.utf8.count) bytes, at most \(byteBound) are possible")
        }
        guard headers.contains(where: text.hasPrefix) else {
            throw SettingsError(
                "userData", "must begin with \(headers.joined(separator: ", ")); found '\(text.prefix(20))'")
        }
        let firstLine = text.prefix { !$0.isNewline }
        guard firstLine.hasPrefix("#cloud-config"), !firstLine.hasPrefix("#cloud-config-archive") else { return }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError("userData", "is not valid YAML: \(error)")
        }
        guard node == nil || node?.mapping != nil || node?.scalar?.string.isEmpty == true else {
            throw SettingsError("userData", "a #cloud-config must be a mapping")
        }
    }
}
