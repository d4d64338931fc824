import Foundation
import Subprocess

/// A throw-away key of GnuPG, such as a distribution signs with, in a home of its own.
package struct SigningKey: Sendable {
    /// Of the primary key, 40 hexadecimal digits.
    package let fingerprint: String
    private let home: String

    /// When keys are made and, unless a test says otherwise, things are signed.
    package static let made = "20240101T000000"

    /// Makes a key.
    /// - Parameters:
    ///   - directory: where its home is made; the path has to be short, for a socket of GnuPG lies in it.
    ///   - lifetime: from 2024-01-01 on, as GnuPG writes it: `1y`.
    package init(_ name: String, in directory: String, lifetime: String = "never") async throws {
        home = "\(directory)/\(name)"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let clock = ["--faked-system-time", Self.made]
        _ = try await Self.gpg(
            home, clock + ["--quick-generate-key", "\(name) <\(name)@test>", "ed25519", "sign", lifetime])
        let listing = try await Self.gpg(home, ["--with-colons", "--list-keys"])
        let line = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") } ?? ""
        fingerprint = String(line.split(separator: ":").last ?? "")
    }

    /// The keyring with the public key.
    package func export(to path: String, armored: Bool = false) async throws {
        _ = try await Self.gpg(home, (armored ? ["--armor"] : []) + ["--output", path, "--export"])
    }

    /// Writes a detached signature of a file.
    /// - Parameters:
    ///   - moment: when it is made, `20240601T000000`.
    ///   - lifetime: of the signature.
    package func sign(
        _ path: String, to signature: String, at moment: String = SigningKey.made, lifetime: String = "0"
    ) async throws {
        _ = try await Self.gpg(
            home,
            [
                "--faked-system-time", moment, "--default-sig-expire", lifetime, "--armor", "--output", signature,
                "--detach-sign", path,
            ])
    }

    /// Writes a signed text of a file.
    package func clearSign(_ path: String, to output: String) async throws {
        _ = try await Self.gpg(home, ["--faked-system-time", Self.made, "--output", output, "--clear-sign", path])
    }

    /// Writes a message that holds a file and its signature.
    package func wrap(_ path: String, to output: String) async throws {
        _ = try await Self.gpg(home, ["--faked-system-time", Self.made, "--output", output, "--sign", path])
    }

    /// Ends the agent that GnuPG has left.
    package func close() async throws {
        _ = try await Self.run("gpgconf", ["--homedir", home, "--kill", "all"])
    }

    private static func gpg(_ home: String, _ arguments: [String]) async throws -> String {
        try await run("gpg", ["--homedir", home, "--batch", "--yes", "--quiet", "--passphrase", ""] + arguments)
    }

    private static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw SigningKeyError("\(program) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
        return result.standardOutput
    }
}

/// What GnuPG could not do.
package struct SigningKeyError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
