import ImageStore

/// One import that was ordered.
struct ImportJob: Sendable {
    let id: String
    /// The image that gets the revision.
    let image: String
    /// What to tell people of where it comes from.
    let source: String
    let request: ImportRequest
    /// The upload that the source lies in; it goes when the import has ended.
    let upload: SpoolFile?
}
