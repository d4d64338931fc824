import BootableDisk
package import Foundation
import Subprocess

/// Checks signatures with gpgv(1), which knows no keys but those of one keyring and never uses the network.
package struct SignatureCheck: Sendable {
    private let scratch: String

    /// Bytes of address space, seconds of CPU time, bytes of a file: what gpgv may use up.
    private static let limits = ["--as=\(1 << 30)", "--cpu=60", "--fsize=\(16 << 20)", "--core=0"]
    /// How much is read of what it says, in bytes.
    private static let outputLimit = 1 << 20

    /// - Parameter scratch: a directory for the files of a check.
    package init(scratch: String = NSTemporaryDirectory()) { self.scratch = scratch }

    /// The part of `text` that a trusted key has signed: all of it, or of a signed text (RFC 9580 section 7) what stands
    /// between its marks. Throws `BuildError` for everything else.
    /// - Parameters:
    ///   - signature: a detached one; nil: the text is a signed one.
    ///   - keyring: the keys' file.
    ///   - fingerprints: of trusted primary keys; empty trusts every key of the keyring.
    package func signed(
        _ text: [UInt8], signature: [UInt8]?, keyring: Data, fingerprints: [String]
    ) async throws -> [UInt8] {
        let folder = scratch + "/ingot-signature." + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ name: String, _ bytes: Data) throws -> String {
            try bytes.write(to: URL(filePath: "\(folder)/\(name)"))
            return "\(folder)/\(name)"
        }
        let keys = try write("keys.gpg", Keyring.binary(keyring))
        let message = try write("message", Data(text))
        let output = folder + "/output"
        let files: [String]
        if let signature {
            files = [try write("signature", Data(signature)), message]
        } else {
            files = ["--output", output, message]
        }
        let answer = try await run(["--homedir", folder, "--keyring", keys, "--status-fd", "1"] + files)
        try SignatureReport(status: answer.output).require(fingerprints)
        guard signature == nil else { return text }
        // Here every signature must be right, and the text be one: what stands around it is nobody's.
        guard answer.isSuccess, let signed = FileManager.default.contents(atPath: output) else {
            throw BuildError("it is no signed text: \(answer.complaint)")
        }
        return Array(signed)
    }

    private func run(_ arguments: [String]) async throws -> (isSuccess: Bool, output: String, complaint: String) {
        let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                .name("prlimit"), arguments: Arguments(Self.limits + ["--", "gpgv"] + arguments),
                environment: .inherit.updating(["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]), input: .none,
                output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
        } catch let error as SubprocessError where !Task.isCancelled {
            throw BuildError("gpgv cannot run: \(error)")
        }
        let complaint = result.standardError.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        let status = result.terminationStatus
        if status == .exited(126) || status == .exited(127) {
            throw BuildError("gpgv cannot run: \(complaint). Is the package gpgv installed?")
        }
        return (status.isSuccess, result.standardOutput, complaint)
    }
}
