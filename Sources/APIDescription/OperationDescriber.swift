import UserAPI

/// Describes one operation.
struct OperationDescriber {
    let operation: APIOperation
    /// The schema of errors.
    let problem: JSONValue

    func description(_ catalog: inout SchemaCatalog) throws -> JSONValue {
        var object: [String: JSONValue] = [
            "operationId": .text(operation.id), "summary": .text(operation.summary), "tags": [.text(tag)],
            "description": .text("For: \(roles)."),
            "responses": .object(try responses(&catalog)),
        ]
        if !parameters.isEmpty { object["parameters"] = .list(parameters) }
        object["requestBody"] = try requestBody(&catalog)
        return .object(object)
    }

    private var roles: String {
        AccountRole.allCases.filter { operation.roles.contains($0) }.map(\.rawValue).joined(separator: ", ")
    }

    /// The first word of the path behind `/api/v1`.
    private var tag: String {
        operation.path.split(separator: "/").dropFirst(2).first.map(String.init) ?? "server"
    }

    private var parameters: [JSONValue] {
        let path = operation.pathParameters.map { name, form in
            Self.parameter(name, in: "path", form, isRequired: true, Self.summary(ofPathParameter: name))
        }
        let query = operation.query.map {
            Self.parameter($0.name, in: "query", $0.form, isRequired: $0.isRequired, $0.summary)
        }
        return path + query + headers
    }

    private var headers: [JSONValue] {
        var headers: [JSONValue] = []
        if operation.takesIfMatch {
            headers.append(
                Self.parameter(
                    "If-Match", in: "header", .pattern("^(\\*|\"[0-9a-f]{1,64}\")$"), isRequired: false,
                    "The entity tag of the state that the change is meant for."))
        }
        if operation.isRepeatable {
            headers.append(
                Self.parameter(
                    "Idempotency-Key", in: "header", .pattern("^[!-~]{1,255}$"), isRequired: false,
                    "The same key with the same request gets the first answer again, for a day."))
        }
        return headers
    }

    private static func parameter(
        _ name: String, in place: JSONValue, _ form: ValueForm, isRequired: Bool, _ summary: String
    ) -> JSONValue {
        [
            "name": .text(name), "in": place, "required": .flag(isRequired), "schema": form.schema,
            "description": .text(summary),
        ]
    }

    private static func summary(ofPathParameter name: String) -> String {
        switch name {
        case "host": "The id, name or a MAC address of the host."
        case "image": "The id or the name of the image, or `OWNER:NAME`."
        case "number": "The number of the revision."
        case "address": "An IPv4 address."
        case "digest": "A SHA-256 digest."
        case "deployment", "task", "upload", "share", "token": "The id of the \(name)."
        default: "The name or the id of the \(name)."
        }
    }

    private func requestBody(_ catalog: inout SchemaCatalog) throws -> JSONValue? {
        switch operation.body {
        case .none: return nil
        case .json(let type):
            return ["required": true, "content": ["application/json": ["schema": try catalog.schema(of: type)]]]
        // A file may be empty, or end where it was interrupted.
        case .file: return ["required": false, "content": ["application/octet-stream": ["schema": [:]]]]
        }
    }

    private func responses(_ catalog: inout SchemaCatalog) throws -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        for (status, meaning) in operation.refusals {
            responses["\(status)"] = [
                "description": .text(meaning), "content": ["application/problem+json": ["schema": problem]],
            ]
        }
        let meaning = operation.answer.status == 204 ? "It is done." : "The answer."
        var answer: [String: JSONValue] = ["description": .text(meaning)]
        if operation.answer.isTagged {
            answer["headers"] = [
                "ETag": ["description": "Tells this state from others.", "schema": ["type": "string"]]
            ]
        }
        if !operation.answer.contents.isEmpty {
            var content: [String: JSONValue] = [:]
            for form in operation.answer.contents {
                switch form {
                case .json(let type): content["application/json"] = ["schema": try catalog.schema(of: type)]
                case .file(let mediaType): content[mediaType] = [:]
                }
            }
            answer["content"] = .object(content)
        }
        responses["\(operation.answer.status)"] = .object(answer)
        return responses
    }
}

extension APIOperation {
    /// The parameters of the path, in their order.
    var pathParameters: [(name: String, form: ValueForm)] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let form: ValueForm =
                switch name {
                case "number": .integer(1...Int64(Int32.max))
                case "address": .address
                case "digest": .digest
                default: .pattern("^[A-Za-z0-9._:~-]{1,128}$")
                }
            return (name, form)
        }
    }

    /// The statuses of refusals, and what they mean.
    fileprivate var refusals: [(status: Int, meaning: String)] {
        var refusals = [
            (400, "The request is malformed."), (401, "There is no valid token."),
            (403, "The account's role, or the share, does not allow it."),
        ]
        if !pathParameters.isEmpty || !query.isEmpty || isChange {
            refusals.append((404, "What is named does not exist for the account."))
        }
        if isChange {
            refusals.append((409, "What there is speaks against it."))
            refusals.append((422, "A value is not acceptable."))
        } else if !query.isEmpty {
            refusals.append((422, "A value is not acceptable."))
        }
        if takesIfMatch { refusals.append((412, "It was changed since it was read.")) }
        if takesFile || isChange { refusals.append((413, "The body is too large.")) }
        if case .json = body { refusals.append((415, "The body is no JSON document.")) }
        if isChange { refusals.append((503, "The database or a store does not take it now.")) }
        return refusals
    }
}
