import Foundation
import Signing
import Testing

struct SecretBoxTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func aSecretIsReadAgainAfterARestart() throws {
        let sealed = try SecretBox(directory: scratch.path + "/keys").seal("geheim Ü", context: "alice/backup")
        #expect(!sealed.contains("geheim"))
        #expect(try SecretBox(directory: scratch.path + "/keys").open(sealed, context: "alice/backup") == "geheim Ü")
    }

    @Test func twoSealsOfOneSecretDiffer() throws {
        let box = try SecretBox(directory: scratch.path + "/keys")
        #expect(try box.seal("a", context: "x") != box.seal("a", context: "x"))
    }

    @Test func itOpensForNothingElse() throws {
        let box = try SecretBox(directory: scratch.path + "/keys")
        let sealed = try box.seal("a", context: "alice/backup")
        let error = #expect(throws: SigningError.self) { try box.open(sealed, context: "eve/backup") }
        #expect("\(try #require(error))".contains("enter it again"))
    }

    @Test(arguments: ["", "x", "00000000:AAAA"])
    func whatWasChangedDoesNotOpen(text: String) throws {
        let box = try SecretBox(directory: scratch.path + "/keys")
        #expect(throws: SigningError.self) { try box.open(text, context: "x") }
        var sealed = Array(try box.seal("a", context: "x"))
        sealed[15] = sealed[15] == "A" ? "B" : "A"
        #expect(throws: SigningError.self) { try box.open(String(sealed), context: "x") }
    }

    @Test func aLostKeyIsSaidToBeLost() throws {
        let keys = scratch.path + "/keys"
        let sealed = try SecretBox(directory: keys).seal("a", context: "alice/backup")
        try FileManager.default.removeItem(atPath: keys + "/secrets.key")
        let error = #expect(throws: SigningError.self) {
            try SecretBox(directory: keys).open(sealed, context: "alice/backup")
        }
        #expect("\(try #require(error))".contains("enter the secret again"))
    }

    @Test func aDamagedKeyIsRefused() throws {
        let keys = scratch.path + "/keys"
        _ = try SecretBox(directory: keys)
        try Data("short".utf8).write(to: URL(filePath: keys + "/secrets.key"))
        chmod(keys + "/secrets.key", 0o600)
        #expect(throws: SigningError.self) { try SecretBox(directory: keys) }
    }
}
