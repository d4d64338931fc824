import Crypto
import FoundationEssentials
import ImageFormat
import Testing

struct TrustedKeysTests {
    private static let line = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    @Test func surviveARoundTripThroughText() throws {
        let keys = (0..<3).map { _ in Curve25519.Signing.PrivateKey() }
        let text = TrustedKeys(keys.map(\.publicKey)).text
        #expect(TrustedKeys(keys.reversed().map(\.publicKey)).text == text)
        let read = try #require(TrustedKeys(text: text))
        #expect(read.text == text)
        for key in keys {
            let document = SignedDocument(
                payload: Data([1]), signature: try key.signature(for: Data([1])), keyID: KeyID(of: key.publicKey))
            #expect(try read.verify(document) == Data([1]))
        }
    }

    @Test(arguments: [
        "\(Self.line)", "\(Self.line)\n", "# a comment\n\(Self.line)\n", "\n\n\(Self.line)\n\n#\(Self.line)x",
        "\(Self.line)\r\n", "\(Self.line)\n\(Self.line)",
    ])
    func readOneKeyForEachLineThatIsNoComment(text: String) throws {
        let keys = try #require(TrustedKeys(text: text))
        #expect(keys.text == Self.line + "\n")
    }

    @Test(arguments: [
        "garbage", "\(Self.line)x", "\(Self.line) ", " \(Self.line)", "\(Self.line) # mine", "\(Self.line)\ngarbage",
        "d75a980182b10ab7d54bfed3c964073a",
    ])
    func refuseALineThatIsNoKey(text: String) {
        #expect(TrustedKeys(text: text) == nil)
    }

    @Test(arguments: [1, 31, 33, 64])
    func refuseAKeyThatHasNot32Octets(count: Int) {
        let line = Data([UInt8](repeating: 1, count: count)).base64EncodedString()
        #expect(TrustedKeys(text: "\(Self.line)\n\(line)\n") == nil)
    }

    @Test(arguments: ["", "\n", "# nobody\n"])
    func trustNobodyWhereNoKeyIsGiven(text: String) throws {
        let keys = try #require(TrustedKeys(text: text))
        let key = Curve25519.Signing.PrivateKey()
        let document = SignedDocument(
            payload: Data([1]), signature: try key.signature(for: Data([1])), keyID: KeyID(of: key.publicKey))
        #expect(throws: SignatureError.unknownKey(document.keyID)) { try keys.verify(document) }
    }
}
