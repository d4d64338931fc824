/// One operation of the user API: what a request may ask for, and who may ask. Routes exist for operations only.
package struct APIOperation: Hashable, Sendable {
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// Its name in the OpenAPI document.
    package let id: String
    package let method: Method
    /// With `{name}` for each parameter.
    package let path: String
    /// The roles that may ask. What one of them then sees and changes depends on the account, too.
    package let roles: Set<AccountRole>

    init(_ id: String, _ method: Method, _ path: String, _ roles: Set<AccountRole>) {
        self.id = id
        self.method = method
        self.path = path
        self.roles = roles
    }

    /// Whether it may change something.
    package var isChange: Bool { method != .get }

    /// Whether its body is a file, and no JSON document.
    package var takesFile: Bool { self == .appendToUpload }

    /// Whether it can be asked for with an `Idempotency-Key`: it makes something, and its answer is no secret.
    package var isRepeatable: Bool { method == .post && ![.createToken, .saveRegionToken, .addRegion].contains(self) }

    /// Whether a token that opens one manifest only will do.
    package var takesTickets: Bool { self == .showManifest || self == .showChunk }
}

extension Set<AccountRole> {
    /// Every account.
    static let everybody = Set(AccountRole.allCases)
    /// Those who look after the whole installation or look at it.
    static let watchers: Self = [.administrator, .operator, .viewer]
    /// Those who run hosts and boot networks.
    static let operators: Self = [.administrator, .operator]
    /// Those who may have images and deployments.
    static let owners: Self = [.administrator, .operator, .member]
    static let administrators: Self = [.administrator]
}
