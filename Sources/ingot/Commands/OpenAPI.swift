import APIDescription
import ArgumentParser

/// `ingot openapi`
struct OpenAPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Prints the OpenAPI document of the user API.",
        discussion: "The server gives the same document at /api/v1/openapi.json.")

    func run() throws { print(try OpenAPIDocument.text(), terminator: "") }
}
