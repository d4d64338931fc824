/// What a reload of the configuration did: POST `/api/v1/configuration/reload`. All else in the file is in force.
package struct ReloadReport: Codable, Hashable, Sendable {
    /// What is allowed but probably not meant.
    package var warnings: [String]
    /// The keys whose new values need a restart; until then the server goes on with the old ones.
    package var needsRestart: [String]

    package init(warnings: [String], needsRestart: [String]) {
        self.warnings = warnings
        self.needsRestart = needsRestart
    }
}
