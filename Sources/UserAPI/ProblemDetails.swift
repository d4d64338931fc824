/// An error of the API as `application/problem+json` (RFC 9457).
package struct ProblemDetails: Codable, Hashable, Sendable, Error {
    /// A URI that names the kind of problem; `about:blank` where the status says it all.
    package var type: String
    /// The kind of problem in a few words.
    package var title: String
    /// The HTTP status code.
    package var status: Int
    /// What went wrong this time, and what to do about it.
    package var detail: String?
    /// The path of the request.
    package var instance: String?

    package init(
        type: String = "about:blank", title: String, status: Int, detail: String? = nil, instance: String? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.instance = instance
    }
}

extension ProblemDetails: CustomStringConvertible {
    /// One line for a terminal.
    package var description: String { detail.map { "\(title): \($0)" } ?? "\(title) (HTTP \(status))" }
}

extension ProblemDetails {
    /// The content type of a problem.
    package static let contentType = "application/problem+json"
}
