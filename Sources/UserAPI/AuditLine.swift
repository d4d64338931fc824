/// One line of the audit log: GET `/api/v1/audit`.
package struct AuditLine: Codable, Hashable, Sendable {
    /// 1, 2, ...; none is missing.
    package var number: Int64
    package var at: Timestamp
    /// The account's name at that time.
    package var account: String
    package var accountID: String
    /// Where the request came from: an IP address.
    package var address: String
    /// The operation's name in the OpenAPI document.
    package var operation: String
    /// Path and query of the request.
    package var target: String
    /// What was asked for, as JSON text without what is secret.
    package var body: String?
    /// The number of the line whose outcome this is; nil for a request.
    package var outcomeOf: Int64?
    /// The HTTP status that ended the request.
    package var status: Int?

    package init(
        number: Int64, at: Timestamp, account: String, accountID: String, address: String, operation: String,
        target: String, body: String?, outcomeOf: Int64?, status: Int?
    ) {
        self.number = number
        self.at = at
        self.account = account
        self.accountID = accountID
        self.address = address
        self.operation = operation
        self.target = target
        self.body = body
        self.outcomeOf = outcomeOf
        self.status = status
    }
}

/// What a check of the audit log found: GET `/api/v1/audit/verification`.
package struct AuditVerification: Codable, Hashable, Sendable {
    /// Whether every line follows from those before it.
    package var isWhole: Bool
    /// How many lines there are.
    package var count: Int64
    /// The hash of the newest line: kept elsewhere, it tells later whether the log was cut or written anew.
    package var hash: String?
    /// What is wrong.
    package var failure: String?

    package init(isWhole: Bool, count: Int64, hash: String?, failure: String?) {
        self.isWhole = isWhole
        self.count = count
        self.hash = hash
        self.failure = failure
    }
}
