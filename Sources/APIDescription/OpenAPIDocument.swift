import FoundationEssentials
import UserAPI

/// The OpenAPI 3.1 description of the user API, made of its operations and of the types that they take and give.
package enum OpenAPIDocument {
    /// The document's JSON text, made once.
    /// - Throws: where a type cannot be described, which the tests would find.
    package static func text() throws -> String { try made.get() }

    private static let made = Result { try make() }

    private static func make() throws -> String {
        var catalog = SchemaCatalog()
        let problem = try catalog.schema(of: ProblemDetails.self)
        var paths: [String: [String: JSONValue]] = [:]
        for operation in APIOperation.all {
            let describer = OperationDescriber(operation: operation, problem: problem)
            paths[operation.path, default: [:]][operation.method.rawValue.lowercased()] = try describer.description(
                &catalog)
        }
        let document: JSONValue = [
            "openapi": "3.1.0",
            "info": [
                "title": "Ingot", "version": "1",
                "description": .text(
                    "The user API of Ingot, a network boot and provisioning server for bare-metal hosts. Lists are given page by "
                        + "page; changes may be meant for one state only (If-Match); what makes something may be sent again "
                        + "(Idempotency-Key). Every error is a problem document (RFC 9457)."),
            ],
            "servers": [["url": "/"]],
            "security": [["token": []]],
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": [
                "schemas": .object(catalog.schemas),
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "A token of an account: `ingot token create`.",
                    ]
                ],
            ],
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
}
