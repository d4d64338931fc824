import GRDB
package import Provisioning

/// One line of a deployment's log.
package struct DeploymentLogLine: Sendable, Hashable {
    package var id: Int64
    /// Seconds since 1970.
    package var at: Int64
    package var attempt: Int
    package var line: String
}

extension StoreTransaction {
    /// Inserts a new deployment; `settings` is the JSON text of what it configures in the installed system.
    package func insert(_ deployment: Deployment, settings: String) throws {
        try db.execute(
            sql: """
                INSERT INTO deployments (id, number, host_id, account_id, image_id, state, document, settings)
                SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM deployments
                """,
            arguments: [
                deployment.id, deployment.hostID, deployment.accountID, deployment.imageID, deployment.state.rawValue,
                try encodeDocument(deployment), settings,
            ])
    }

    /// Replaces a deployment's state.
    package func update(_ deployment: Deployment) throws {
        try db.execute(
            sql: "UPDATE deployments SET state = ?, document = ? WHERE id = ?",
            arguments: [deployment.state.rawValue, try encodeDocument(deployment), deployment.id])
    }

    package func deployment(id: String) throws -> Deployment? {
        try String.fetchOne(db, sql: "SELECT document FROM deployments WHERE id = ?", arguments: [id])
            .map(Self.deployment)
    }

    /// The JSON text of what the deployment configures in the installed system.
    package func settings(deploymentID: String) throws -> String? {
        try String.fetchOne(db, sql: "SELECT settings FROM deployments WHERE id = ?", arguments: [deploymentID])
    }

    /// The newest deployment of a host.
    package func newestDeployment(hostID: String) throws -> Deployment? {
        try String.fetchOne(
            db, sql: "SELECT document FROM deployments WHERE host_id = ? ORDER BY number DESC LIMIT 1",
            arguments: [hostID]
        ).map(Self.deployment)
    }

    /// Deployments, newest first; those of one host, those of one account, and those older than another one if these are
    /// given.
    package func deployments(
        hostID: String? = nil, accountID: String? = nil, before: String? = nil, limit: Int
    ) throws -> [Deployment] {
        try String.fetchAll(
            db,
            sql: """
                SELECT document FROM deployments WHERE (? IS NULL OR host_id = ?) AND (? IS NULL OR account_id = ?)
                AND (? IS NULL OR number < (SELECT number FROM deployments WHERE id = ?)) ORDER BY number DESC LIMIT ?
                """,
            arguments: [hostID, hostID, accountID, accountID, before, before, limit]
        ).map(Self.deployment)
    }

    /// The hosts that an image was ever ordered for.
    package func hostIDs(orderedImageID: String) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT DISTINCT host_id FROM deployments WHERE image_id = ? ORDER BY host_id",
            arguments: [orderedImageID])
    }

    /// Deployments in one of `states`.
    package func deployments(in states: [DeploymentState]) throws -> [Deployment] {
        let marks = states.map { _ in "?" }.joined(separator: ", ")
        return try String.fetchAll(
            db, sql: "SELECT document FROM deployments WHERE state IN (\(marks)) ORDER BY number",
            arguments: StatementArguments(states.map(\.rawValue))
        ).map(Self.deployment)
    }

    /// Lines that are kept of one deployment.
    package static let keptLogLines = 10_000

    /// Appends lines to a deployment's log; of more than `keptLogLines` the oldest are forgotten.
    package func appendLog(deploymentID: String, attempt: Int, lines: [String], at: Int64) throws {
        for line in lines {
            try db.execute(
                sql: "INSERT INTO deployment_log (deployment_id, at, attempt, line) VALUES (?, ?, ?, ?)",
                arguments: [deploymentID, at, attempt, line])
        }
        try db.execute(
            sql: """
                DELETE FROM deployment_log WHERE deployment_id = ? AND id <=
                (SELECT id FROM deployment_log WHERE deployment_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
                """,
            arguments: [deploymentID, deploymentID, Self.keptLogLines])
    }

    /// The log after line `after`, oldest first.
    package func log(deploymentID: String, after: Int64, limit: Int) throws -> [DeploymentLogLine] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, at, attempt, line FROM deployment_log WHERE deployment_id = ? AND id > ? ORDER BY id LIMIT ?
                """,
            arguments: [deploymentID, after, limit]
        ).map { DeploymentLogLine(id: $0["id"], at: $0["at"], attempt: $0["attempt"], line: $0["line"]) }
    }

    /// Keeps the signed receipt of a finished deployment (CMS, PEM).
    package func saveReceipt(deploymentID: String, pem: String) throws {
        try db.execute(sql: "UPDATE deployments SET receipt = ? WHERE id = ?", arguments: [pem, deploymentID])
    }

    package func receipt(deploymentID: String) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT receipt FROM deployments WHERE id = ? AND receipt IS NOT NULL", arguments: [deploymentID])
    }

    private static func deployment(_ text: String) throws -> Deployment {
        try decodeDocument(Deployment.self, text, table: "deployments")
    }
}
