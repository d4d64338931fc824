import Foundation
import Signing
import Testing

/// Receipts are checked with the tool that the documentation names: `openssl cms`.
struct ReceiptTests {
    private let scratch: Scratch
    private let keys: InstallationKeys
    private let json = "{\"kind\": \"ingot-receipt\",\n \"text\": \"ü\"}\n"

    init() throws {
        scratch = try Scratch()
        keys = try InstallationKeys(directory: scratch.path + "/keys", now: Date())
        try scratch.write("ca.pem", keys.caPEM)
    }

    @Test(arguments: [[], ["-purpose", "any"], ["-x509_strict"]])
    func opensslAcceptsAReceiptAndReturnsItsExactBytes(options: [String]) throws {
        try scratch.write("receipt.pem", keys.signReceipt(Array(json.utf8)))
        let result = try scratch.verify("receipt.pem", options)
        #expect(result.status == 0)
        #expect(String(decoding: result.output, as: UTF8.self) == json)
    }

    @Test func opensslRefusesAFlippedByteOfTheContent() throws {
        let pem = try keys.signReceipt(Array(json.utf8))
        let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        var der = try #require(Data(base64Encoded: body))
        let position = try #require(der.range(of: Data("ingot-receipt".utf8))).lowerBound
        der[position] ^= 1
        let text = der.base64EncodedString(options: .lineLength64Characters)
        try scratch.write("bent.pem", "-----BEGIN CMS-----\n\(text)\n-----END CMS-----\n")
        let parsed = try scratch.openssl(["cms", "-cmsout", "-print", "-noout", "-inform", "PEM", "-in", "bent.pem"])
        #expect(parsed.status == 0)
        #expect(try scratch.verify("bent.pem").status != 0)
    }

    @Test func opensslRefusesAReceiptOfAnotherInstallation() throws {
        let others = try InstallationKeys(directory: scratch.path + "/others", now: Date())
        try scratch.write("receipt.pem", others.signReceipt(Array(json.utf8)))
        #expect(try scratch.verify("receipt.pem").status != 0)
    }

    @Test func theReceiptKeyIsNoAuthority() throws {
        let text = try scratch.openssl(["x509", "-in", "keys/receipts.pem", "-noout", "-text"]).output
        let certificate = String(decoding: text, as: UTF8.self)
        #expect(certificate.contains("CA:FALSE"))
        #expect(certificate.contains("Digital Signature\n"))
        #expect(certificate.contains("ecdsa-with-SHA256"))
    }

    @Test func theAuthorityLastsTenYears() throws {
        let check = ["x509", "-in", "ca.pem", "-noout", "-checkend"]
        #expect(try scratch.openssl(check + ["\(9 * 365 * 86400)"]).status == 0)
        #expect(try scratch.openssl(check + ["\(11 * 365 * 86400)"]).status == 1)
    }

    @Test(arguments: [0, 1, 100_000])
    func signsContentOfAnyLength(lines: Int) throws {
        let content = String(repeating: "x\r\n", count: lines)
        try scratch.write("receipt.pem", keys.signReceipt(Array(content.utf8)))
        let result = try scratch.verify("receipt.pem")
        #expect(result.status == 0)
        #expect(String(decoding: result.output, as: UTF8.self) == content)
    }
}
