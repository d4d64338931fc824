import APIDescription
import Foundation
import Testing
import UserAPI

/// The description of the user API.
struct OpenAPIDocumentTests {
    private struct Document: Decodable {
        struct Operation: Decodable { let operationId: String }
        struct Components: Decodable { let schemas: [String: Schema] }
        let paths: [String: [String: Operation]]
        let components: Components
    }

    private struct Schema: Decodable {
        let type: String?
        let required: [String]?
        let properties: [String: Property]?
        let additionalProperties: Bool?
    }

    private struct Property: Decodable {
        let type: String?
        let pattern: String?
        let anyOf: [Property]?
    }

    private func document() throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data(OpenAPIDocument.text().utf8))
    }

    @Test func describesEveryOperation() throws {
        let described = try document().paths.values.flatMap { $0.values.map(\.operationId) }
        #expect(described.sorted() == APIOperation.all.map(\.id).sorted())
    }

    @Test func saysWhatARequestReads() throws {
        let schema = try #require(try document().components.schemas["ShareRequest"])
        #expect(schema.type == "object" && schema.additionalProperties == false)
        #expect(schema.required == ["image", "receiver"])
        #expect(schema.properties?.keys.sorted() == ["expires", "image", "mayCopy", "receiver"])
        #expect(schema.properties?["mayCopy"]?.anyOf?.map(\.type) == ["boolean", "null"])
        #expect(schema.properties?["expires"]?.anyOf?.first?.pattern != nil)
    }

    @Test func everyObjectIsClosed() throws {
        let schemas = try document().components.schemas
        #expect(schemas.count > 50)
        for (name, schema) in schemas {
            #expect(schema.type == "object" && schema.additionalProperties == false, "\(name)")
        }
    }

    @Test(arguments: [
        ("2026-02-28T12:00:00Z", true), ("2024-02-29T12:00:00Z", true), ("2000-02-29T00:00:00Z", true),
        ("2026-02-29T12:00:00Z", false), ("1900-02-29T12:00:00Z", false), ("2026-04-31T12:00:00Z", false),
        ("2026-13-01T12:00:00Z", false), ("2026-12-31T23:59:59Z", true), ("2026-12-31T24:00:00Z", false),
    ])
    func describesMomentsAsTheyAreRead(text: String, isMoment: Bool) throws {
        let schema = try #require(try document().components.schemas["ShareDetail"])
        let pattern = try #require(schema.properties?["created"]?.pattern)
        #expect((text.range(of: pattern, options: .regularExpression) != nil) == isMoment)
        #expect((Timestamp(text) != nil) == isMoment)
    }

    /// Made anew with `ingot openapi > docs/openapi.json`.
    @Test func theRepositoryHoldsIt() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let kept = try String(contentsOf: root.appending(path: "docs/openapi.json"), encoding: .utf8)
        #expect(kept == (try OpenAPIDocument.text()), "run: ingot openapi > docs/openapi.json")
    }
}
