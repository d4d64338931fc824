import BootableDisk
import Foundation
import ImageBuilder
import OpenPGPTestSupport
import Testing

/// Real signatures of throw-away keys, checked by the real gpgv.
@Suite struct SignatureCheckTests {
    private static let text = "0123  disk.img\n- dashed\n"

    /// A directory with the keys of a distribution and of somebody else.
    private struct Bench {
        let folder: TemporaryFolder
        let key: SigningKey
        let other: SigningKey
        var path: String { folder.path }

        func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

        /// What is trusted of the files `message` and `signature`, or of the signed text `message`.
        func check(
            _ message: String = "message", signature: String? = "signature", keyring: String = "ring",
            fingerprints: [String]? = nil
        ) async throws -> String {
            let signed = try await SignatureCheck(scratch: path).signed(
                try read(message), signature: try signature.map(read), keyring: Data(try read(keyring)),
                fingerprints: fingerprints ?? [key.fingerprint])
            return String(decoding: signed, as: UTF8.self)
        }
    }

    private func run(_ body: (Bench) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let bench = Bench(
            folder: folder, key: try await SigningKey("k", in: folder.path),
            other: try await SigningKey("o", in: folder.path))
        try await bench.key.export(to: folder.path + "/ring")
        try folder.write("message", Self.text)
        try await bench.key.sign(folder.path + "/message", to: folder.path + "/signature")
        do {
            try await body(bench)
        } catch {
            try await bench.key.close()
            try await bench.other.close()
            throw error
        }
        try await bench.key.close()
        try await bench.other.close()
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.hasPrefix("ingot-signature") }, "\(left)")
    }

    private func expectRefusal(_ reason: String, _ body: () async throws -> String) async {
        let error = await #expect(throws: BuildError.self) { try await body() }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func takesWhatTheKeyHasSigned() async throws {
        try await run { bench in
            #expect(try await bench.check() == Self.text)
            #expect(try await bench.check(fingerprints: []) == Self.text)
            try await bench.key.export(to: bench.path + "/armored", armored: true)
            #expect(try await bench.check(keyring: "armored") == Self.text)
            try await bench.key.clearSign(bench.path + "/message", to: bench.path + "/clear")
            #expect(try await bench.check("clear", signature: nil) == Self.text)
        }
    }

    @Test func takesOfASignedTextOnlyWhatIsSigned() async throws {
        try await run { bench in
            try await bench.key.clearSign(bench.path + "/message", to: bench.path + "/clear")
            let clear = String(decoding: try bench.read("clear"), as: UTF8.self)
            try bench.folder.write("around", "6666  disk.img\n" + clear + "7777  disk.img\n")
            #expect(try await bench.check("around", signature: nil) == Self.text)
            try bench.folder.write("changed", clear.replacingOccurrences(of: "0123", with: "0124"))
            await expectRefusal("it was changed") { try await bench.check("changed", signature: nil) }
            await expectRefusal("no signature") { try await bench.check("message", signature: nil) }
            try bench.folder.write("twice", clear + clear)
            await expectRefusal("no signed text") { try await bench.check("twice", signature: nil) }
        }
    }

    @Test func refusesWhatTheKeyHasNotSigned() async throws {
        try await run { bench in
            try bench.folder.write("changed", Self.text + "4567  disk.img\n")
            await expectRefusal("it was changed") { try await bench.check("changed") }
            try bench.folder.write("none", "")
            await expectRefusal("no signature") { try await bench.check(signature: "none") }
            try bench.folder.write("page", "<html>not found</html>")
            await expectRefusal("no signature") { try await bench.check(signature: "page") }
            // A signed message in place of a signature says nothing of the file.
            try await bench.key.wrap(bench.path + "/message", to: bench.path + "/wrapped")
            let error = await #expect(throws: BuildError.self) {
                try await bench.check("changed", signature: "wrapped")
            }
            #expect(error != nil)
        }
    }

    @Test func refusesAnotherKey() async throws {
        try await run { bench in
            try await bench.other.sign(bench.path + "/message", to: bench.path + "/signature")
            await expectRefusal("which the keyring does not hold") { try await bench.check() }
            await expectRefusal("which the keyring does not hold") { try await bench.check(fingerprints: []) }
            // A keyring that holds more than the trusted key.
            try await bench.other.export(to: bench.path + "/theirs")
            try Data(try bench.read("ring") + bench.read("theirs")).write(to: URL(filePath: bench.path + "/both"))
            await expectRefusal("expected \(bench.key.fingerprint)") { try await bench.check(keyring: "both") }
            #expect(
                try await bench.check(keyring: "both", fingerprints: [bench.other.fingerprint]) == Self.text)
        }
    }

    @Test func refusesWhatHasExpired() async throws {
        try await run { bench in
            try await bench.key.sign(
                bench.path + "/message", to: bench.path + "/old", at: "20240601T000000", lifetime: "7d")
            await expectRefusal("its signature has expired") { try await bench.check(signature: "old") }
            let old = try await SigningKey("x", in: bench.path, lifetime: "1y")
            try await old.export(to: bench.path + "/oldring")
            try await old.sign(bench.path + "/message", to: bench.path + "/oldsign", at: "20240601T000000")
            try await old.close()
            await expectRefusal("that signed it has expired") {
                try await bench.check(signature: "oldsign", keyring: "oldring", fingerprints: [old.fingerprint])
            }
        }
    }

    @Test(arguments: ["", "\nnothing armored", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQIN", "binary rubbish"])
    func refusesAKeyringThatHoldsNoKeys(_ keyring: String) async throws {
        try await run { bench in
            try bench.folder.write("ring", keyring)
            let error = await #expect(throws: BuildError.self) { try await bench.check() }
            #expect(error != nil)
        }
    }
}
