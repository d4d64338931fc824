/// One operation of the user API: what a request may ask for, who may ask, and how it is answered. Routes exist for
/// operations only, and the OpenAPI document is made of them.
package struct APIOperation: Sendable {
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
    /// What it does, in a sentence.
    package let summary: String
    /// What its query may hold; a parameter that is not one of these is refused.
    package let query: [QueryParameter]
    package let body: BodyForm
    package let answer: AnswerForm
    /// Whether it may be meant for one state of its resource only, by `If-Match`.
    package let takesIfMatch: Bool

    init(
        _ id: String, _ method: Method, _ path: String, _ roles: Set<AccountRole>, _ summary: String,
        query: [QueryParameter] = [], body: BodyForm = .none, answer: AnswerForm, takesIfMatch: Bool = false
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.roles = roles
        self.summary = summary
        self.query = query
        self.body = body
        self.answer = answer
        self.takesIfMatch = takesIfMatch
    }

    /// Whether it may change something.
    package var isChange: Bool { method != .get }

    /// Whether its body is a file, and no JSON document.
    package var takesFile: Bool {
        if case .file = body { true } else { false }
    }

    /// Whether it can be asked for with an `Idempotency-Key`: it makes something, and its answer is no secret.
    package var isRepeatable: Bool { method == .post && ![.createToken, .saveRegionToken, .addRegion].contains(self) }

    /// Whether a token that opens one manifest only will do.
    package var takesTickets: Bool { self == .showManifest || self == .showChunk }
}

extension APIOperation: Hashable {
    package static func == (a: APIOperation, b: APIOperation) -> Bool { a.id == b.id }

    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension [QueryParameter] {
    /// Those of a list that is given page by page.
    static let page: Self = [limit, after(.pattern("^[^~]{0,200}~.{1,300}$"))]

    /// The same, of lists whose pages go on behind the id of an item.
    static let pageBehindItem: Self = [limit, after(.anyText)]

    private static let limit = QueryParameter(
        "limit", .integer(1...500), "How many items the page has at most; 100 if absent.")

    private static func after(_ form: ValueForm) -> QueryParameter {
        QueryParameter("after", form, "The `next` of the page before; the first page if absent.")
    }
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
