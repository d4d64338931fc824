/// One line of a deployment's log: GET `/api/v1/deployments/{id}/log`.
package struct LogLine: Codable, Hashable, Sendable {
    /// Rises with every line of the server; `after={id}` asks for the lines that follow.
    package var id: Int64
    package var at: Timestamp
    package var attempt: Int
    package var line: String

    package init(id: Int64, at: Timestamp, attempt: Int, line: String) {
        self.id = id
        self.at = at
        self.attempt = attempt
        self.line = line
    }
}
