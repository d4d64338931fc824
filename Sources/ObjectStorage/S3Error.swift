/// Why an S3 service did not do what it was asked.
package struct S3Error: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal it is, as far as it matters what to do next.
    package enum Kind: Hashable, Sendable {
        /// The keys are wrong, revoked, or not allowed to do this.
        case denied
        /// The clocks of this machine and of the service are too far apart.
        case clockSkew
        case noSuchBucket
        case noSuchKey
        /// A multipart upload that was aborted or completed.
        case noSuchUpload
        /// It may succeed later: the service is busy, or could not be reached.
        case temporary
        case other
    }

    package let kind: Kind
    /// The service's own code: `SignatureDoesNotMatch`.
    package let code: String
    package let description: String

    init(kind: Kind, code: String, description: String) {
        self.kind = kind
        self.code = code
        self.description = description
    }

    /// - Parameters:
    ///   - what: what was asked for, for people.
    ///   - code: the service's own; empty where its answer had none. Of this and of `message` only the beginning is kept.
    init(status: Int, code: String, message: String, what: String) {
        let code = String(decoding: code.utf8.prefix(100), as: UTF8.self)
        let message = String(decoding: message.utf8.prefix(500), as: UTF8.self)
        self.code = code
        kind = Self.kind(status: status, code: code)
        let advice =
            switch kind {
            case .denied: ": check the access key, the secret key and what they may do"
            case .clockSkew: ": set this machine's clock"
            case .noSuchBucket: ": the bucket is not there (any more): make it, or name another"
            case .noSuchKey, .noSuchUpload, .temporary, .other: ""
            }
        let said = [code, message].filter { !$0.isEmpty }.joined(separator: ", ")
        description = "\(what): the object storage answered \(status)\(said.isEmpty ? "" : " (\(said))")\(advice)"
    }

    private static func kind(status: Int, code: String) -> Kind {
        switch code {
        case "SignatureDoesNotMatch", "InvalidAccessKeyId", "AccessDenied", "ExpiredToken", "InvalidToken",
            "AuthorizationHeaderMalformed":
            return .denied
        case "RequestTimeTooSkewed", "RequestExpired": return .clockSkew
        case "NoSuchBucket": return .noSuchBucket
        case "NoSuchKey": return .noSuchKey
        case "NoSuchUpload": return .noSuchUpload
        case "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout": return .temporary
        default: break
        }
        switch status {
        case 401, 403: return .denied
        case 404: return .noSuchKey
        case 429, 500...599: return .temporary
        default: return .other
        }
    }
}
