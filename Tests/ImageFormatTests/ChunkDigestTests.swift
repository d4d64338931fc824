import Crypto
import FoundationEssentials
import ImageFormat
import Testing

struct ChunkDigestTests {
    private static let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    private static let malformed: [String] = [
        "", "ba78", "\(text.dropLast())", "\(text.dropLast(2))", "\(text)0", "\(text)00", text.uppercased(),
        " \(text.dropFirst())", "\(text.dropLast()) ", "0x\(text.dropFirst(2))", "g\(text.dropFirst())",
        "/\(text.dropFirst())", ":\(text.dropFirst())", "`\(text.dropFirst())", "ä\(text.dropFirst(2))",
    ]

    /// The example of FIPS 180-4.
    @Test func isTheSHA256OfTheBytes() throws {
        let digest = ChunkDigest(of: Array("abc".utf8))
        #expect(digest.description == Self.text)
        #expect(digest.bytes == Fixture.bytes(Self.text))
        var hash = SHA256()
        hash.update(data: Data("a".utf8))
        hash.update(data: Data("bc".utf8))
        #expect(ChunkDigest(hash.finalize()) == digest)
        #expect(ChunkDigest(of: []).description.hasPrefix("e3b0c44298fc1c14"))
    }

    @Test func survivesARoundTripThroughTextAndBytes() throws {
        let digest = ChunkDigest(of: [1, 2, 3])
        #expect(ChunkDigest(digest.description) == digest)
        #expect(ChunkDigest(digest.description[...]) == digest)
        #expect(ChunkDigest(digest.bytes) == digest)
        #expect(ChunkDigest(digest.bytes[...]) == digest)
        #expect(digest.bytes.count == 32)
    }

    @Test func equalsOnlyTheSameDigest() {
        let digest = ChunkDigest(of: [1])
        for index in 0..<32 {
            var bytes = digest.bytes
            bytes[index] ^= 1
            #expect(ChunkDigest(bytes) != digest)
        }
        #expect(Set([ChunkDigest(of: [1]), ChunkDigest(of: [1]), ChunkDigest(of: [2])]).count == 2)
    }

    @Test(arguments: Self.malformed)
    func refusesTextThatIsNot64LowerCaseDigits(text: String) {
        #expect(ChunkDigest(text) == nil)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func refusesBytesThatAreNot32(count: Int) {
        #expect(ChunkDigest([UInt8](repeating: 7, count: count)) == nil)
    }

    @Test func standsAsAStringInJSON() throws {
        let digest = ChunkDigest(of: Array("abc".utf8))
        let json = try JSONEncoder().encode([digest])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(Self.text)\"]")
        #expect(try JSONDecoder().decode([ChunkDigest].self, from: json) == [digest])
        for wrong in ["[\"abc\"]", "[1]", "[null]"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([ChunkDigest].self, from: Data(wrong.utf8))
            }
        }
    }
}
