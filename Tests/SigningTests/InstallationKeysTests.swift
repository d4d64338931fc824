import Crypto
import Foundation
import ImageFormat
import Signing
import Testing

struct InstallationKeysTests {
    private let scratch: Scratch
    private let directory: String
    private let now = Date()

    init() throws {
        scratch = try Scratch()
        directory = scratch.path + "/keys"
    }

    @Test func aSignedDocumentIsTrustedAndAChangedOneIsNot() throws {
        let keys = try InstallationKeys(directory: directory, now: now)
        var document = try keys.sign(document: Array("an order".utf8))
        #expect(try keys.trustedKeys.verify(document) == Data("an order".utf8))
        document.payload[0] ^= 1
        #expect(throws: SignatureError.wrongSignature(document.keyID)) { try keys.trustedKeys.verify(document) }
    }

    @Test func everyFileIsPrivate() throws {
        _ = try InstallationKeys(directory: directory, now: now)
        #expect(try scratch.mode("keys") == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(names.count == 6)
        for name in names { #expect(try scratch.mode("keys/\(name)") == 0o600, "\(name)") }
    }

    @Test func aSecondStartFindsTheSameKeys() throws {
        let first = try InstallationKeys(directory: directory, now: now)
        let before = try contents()
        let second = try InstallationKeys(directory: directory, now: now.addingTimeInterval(86400))
        #expect(try contents() == before)
        #expect(second.activeKey == first.activeKey)
        #expect(second.caPEM == first.caPEM)
    }

    @Test func rotationSignsWithANewKeyAndTrustsTheOldOne() throws {
        var keys = try InstallationKeys(directory: directory, now: now)
        let old = try keys.sign(document: [1])
        try keys.rotate()
        let new = try keys.sign(document: [2])
        #expect(new.keyID != old.keyID)
        let restarted = try InstallationKeys(directory: directory, now: now)
        #expect(restarted.activeKey == new.keyID)
        #expect(try restarted.trustedKeys.verify(old) == Data([1]))
        #expect(try restarted.trustedKeys.verify(new) == Data([2]))
        #expect(restarted.trustedKeys.text.split(separator: "\n").count == 2)
    }

    @Test func aCrashBeforeTheMarkWasWrittenIsMended() throws {
        let first = try InstallationKeys(directory: directory, now: now)
        try remove("active-signing-key")
        #expect(try InstallationKeys(directory: directory, now: now).activeKey == first.activeKey)
    }

    @Test(arguments: [["ca.pem"], ["receipts.pem"], ["receipts-key.pem", "receipts.pem"]])
    func aCrashDuringTheFirstStartIsMended(missing: [String]) throws {
        _ = try InstallationKeys(directory: directory, now: now)
        for name in missing { try remove(name) }
        let keys = try InstallationKeys(directory: directory, now: now)
        try scratch.write("ca.pem", keys.caPEM)
        try scratch.write("receipt.pem", keys.signReceipt([123, 125]))
        #expect(try scratch.verify("receipt.pem").status == 0)
    }

    @Test(arguments: ["ca-key.pem", "receipts-key.pem"])
    func aLostKeyIsSaidAndNotReplaced(file: String) throws {
        _ = try InstallationKeys(directory: directory, now: now)
        try remove(file)
        try expectError(naming: file, "is missing while its certificate is there")
    }

    @Test(arguments: [
        ("ca-key.pem", "garbage", "is not a P-256 private key"),
        ("ca.pem", "", "is not a certificate"),
        ("receipts.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is not a certificate"),
        ("active-signing-key", "0123456789abcdef", "names key 0123456789abcdef, which is missing"),
        ("ca-key.pem", String(repeating: "x", count: 70_000), "is longer than 65536 bytes"),
    ])
    func aSpoiltFileIsNamed(file: String, content: String, reason: String) throws {
        _ = try InstallationKeys(directory: directory, now: now)
        try spoil(file, content)
        try expectError(naming: file, reason)
    }

    @Test func aSpoiltSigningKeyIsNamed() throws {
        let keys = try InstallationKeys(directory: directory, now: now)
        let file = "\(keys.activeKey).signing-key"
        try spoil(file, "AAAA\n")
        try expectError(naming: file, "is not an Ed25519 private key")
        try spoil(file, Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString())
        try expectError(naming: file, "was renamed or exchanged")
    }

    @Test func exchangedCertificatesAreFound() throws {
        _ = try InstallationKeys(directory: directory, now: now)
        try spoil("ca.pem", String(contentsOfFile: directory + "/receipts.pem", encoding: .utf8))
        try expectError(naming: "ca.pem", "is not the certificate of the key beside it")
    }

    @Test(arguments: [("keys", 0o750), ("keys/ca-key.pem", 0o640)])
    func keysThatOthersCanReadAreRefused(name: String, mode: Int) throws {
        _ = try InstallationKeys(directory: directory, now: now)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(scratch.path)/\(name)")
        try expectError(naming: name, "so others may have read it")
    }

    @Test func aLinkInPlaceOfAKeyIsRefused() throws {
        _ = try InstallationKeys(directory: directory, now: now)
        try FileManager.default.moveItem(atPath: directory + "/ca-key.pem", toPath: scratch.path + "/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/ca-key.pem", withDestinationPath: scratch.path + "/elsewhere")
        try expectError(naming: "ca-key.pem", "cannot be opened")
    }

    @Test func anExpiredAuthorityIsRefused() throws {
        _ = try InstallationKeys(directory: directory, now: now.addingTimeInterval(-11 * 365 * 86400))
        try expectError(naming: "ca.pem", "expired")
    }

    @Test func aMissingParentIsNamed() throws {
        let error = #expect(throws: SigningError.self) {
            try InstallationKeys(directory: scratch.path + "/none/keys", now: now)
        }
        #expect(error?.description.contains("none/keys: cannot be made: No such file") == true)
    }

    private func expectError(naming file: String, _ reason: String) throws {
        let error = #expect(throws: SigningError.self) { try InstallationKeys(directory: directory, now: now) }
        #expect(error?.path?.hasSuffix(file) == true)
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    private func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(directory)/\(name)") }

    /// Replaces what a file holds and keeps its mode.
    private func spoil(_ name: String, _ content: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: "\(directory)/\(name)"))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(content.utf8))
        try handle.close()
    }

    private func contents() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return try Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0)")))
            })
    }
}
