import Crypto
import FoundationEssentials
import ImageFormat
import Testing

struct SignedDocumentTests {
    private let key = Curve25519.Signing.PrivateKey()
    private let other = Curve25519.Signing.PrivateKey()

    private func signed(_ payload: Data, with key: Curve25519.Signing.PrivateKey) throws -> SignedDocument {
        SignedDocument(
            payload: payload, signature: try key.signature(for: payload), keyID: KeyID(of: key.publicKey))
    }

    /// The first example of RFC 8032, section 7.1: an empty message.
    @Test func acceptsTheSignatureOfTheStandardsExample() throws {
        let key = try Curve25519.Signing.PublicKey(
            rawRepresentation: Fixture.bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        let signature = Fixture.bytes(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b")
        #expect(KeyID(of: key).description == "21fe31dfa154a261")
        let document = SignedDocument(payload: Data(), signature: Data(signature), keyID: KeyID(of: key))
        #expect(try TrustedKeys([key]).verify(document) == Data())
    }

    @Test func givesBackTheExactBytesThatWereSigned() throws {
        let payload = Data(" {\"kind\" : \"ingot-manifest\"}\n\0".utf8)
        #expect(try TrustedKeys([key.publicKey]).verify(signed(payload, with: key)) == payload)
    }

    @Test func acceptsEveryValidKeyAndNoOther() throws {
        let keys = TrustedKeys([key.publicKey, other.publicKey])
        #expect(try keys.verify(signed(Data([1]), with: key)) == Data([1]))
        #expect(try keys.verify(signed(Data([2]), with: other)) == Data([2]))
        let stranger = Curve25519.Signing.PrivateKey()
        #expect(throws: SignatureError.unknownKey(KeyID(of: stranger.publicKey))) {
            try keys.verify(signed(Data([3]), with: stranger))
        }
    }

    @Test func refusesAKeyThatWasRotatedOut() throws {
        let document = try signed(Data([1]), with: key)
        #expect(throws: SignatureError.unknownKey(KeyID(of: key.publicKey))) {
            try TrustedKeys([other.publicKey]).verify(document)
        }
        #expect(throws: SignatureError.unknownKey(KeyID(of: key.publicKey))) { try TrustedKeys([]).verify(document) }
    }

    @Test func refusesAnotherKeysSignatureUnderATrustedName() throws {
        var document = try signed(Data([1]), with: other)
        document.keyID = KeyID(of: key.publicKey)
        expectWrong(document)
        // Both keys are trusted, but the name has to be the right one.
        #expect(throws: SignatureError.wrongSignature(document.keyID)) {
            try TrustedKeys([key.publicKey, other.publicKey]).verify(document)
        }
    }

    @Test func refusesBytesThatWereChanged() throws {
        let document = try signed(Data("an order".utf8), with: key)
        for index in document.payload.indices {
            var changed = document
            changed.payload[index] ^= 1
            expectWrong(changed)
        }
        for payload in [Data(), document.payload.dropLast(), document.payload + Data([0])] {
            expectWrong(SignedDocument(payload: payload, signature: document.signature, keyID: document.keyID))
        }
    }

    @Test func refusesASignatureThatWasChanged() throws {
        let document = try signed(Data("an order".utf8), with: key)
        #expect(document.signature.count == 64)
        for index in document.signature.indices {
            var changed = document
            changed.signature[index] ^= 1
            expectWrong(changed)
        }
        for signature in [Data(), document.signature.dropLast(), document.signature + Data([0])] {
            expectWrong(SignedDocument(payload: document.payload, signature: signature, keyID: document.keyID))
        }
    }

    @Test func survivesARoundTripThroughJSON() throws {
        let document = try signed(Fixture.manifest.encoded(), with: key)
        let read = try JSONDecoder().decode(SignedDocument.self, from: JSONEncoder().encode(document))
        #expect(read == document)
        #expect(try Manifest.decode(TrustedKeys([key.publicKey]).verify(read)) == Fixture.manifest)
    }

    private func expectWrong(_ document: SignedDocument) {
        #expect(throws: SignatureError.wrongSignature(KeyID(of: key.publicKey))) {
            try TrustedKeys([key.publicKey]).verify(document)
        }
    }
}
