import GRDB
package import PreflightFacts

/// What was found in a revision when it was imported.
package struct RevisionExamination: Hashable, Sendable {
    package let facts: ImageFacts
    /// Newest first.
    package let kernels: [KernelDrivers]

    package init(facts: ImageFacts, kernels: [KernelDrivers]) {
        self.facts = facts
        self.kernels = kernels
    }
}

extension Schema {
    /// What was found in revisions; it goes with them.
    static let examinations = [
        """
        CREATE TABLE revision_examinations (
            image_id TEXT NOT NULL, number INTEGER NOT NULL, facts TEXT NOT NULL, kernels TEXT NOT NULL,
            PRIMARY KEY (image_id, number),
            FOREIGN KEY (image_id, number) REFERENCES revisions (image_id, number) ON DELETE CASCADE)
        """
    ]
}

extension StoreTransaction {
    package func save(_ examination: RevisionExamination, imageID: String, revision: Int) throws {
        try db.execute(
            sql: "INSERT INTO revision_examinations (image_id, number, facts, kernels) VALUES (?, ?, ?, ?)",
            arguments: [
                imageID, revision, try encodeDocument(examination.facts), try encodeDocument(examination.kernels),
            ])
    }

    /// nil for revisions that an older version of Ingot imported.
    package func examination(imageID: String, revision: Int) throws -> RevisionExamination? {
        try Row.fetchOne(
            db, sql: "SELECT facts, kernels FROM revision_examinations WHERE image_id = ? AND number = ?",
            arguments: [imageID, revision]
        ).map { row in
            RevisionExamination(
                facts: try decodeDocument(ImageFacts.self, row["facts"], table: "revision_examinations"),
                kernels: try decodeDocument([KernelDrivers].self, row["kernels"], table: "revision_examinations"))
        }
    }
}
