import AgentProtocol
import CloudInit
import Foundation

/// A directory that stands for an installed system: its `/sys`, `/proc` and `/etc`, its cloud-init and systemctl, and
/// the files of the call home. Removed with the value that owns it.
final class InstalledSystem: Sendable {
    let root: String

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "ingot-call-\(UUID().uuidString)").path
        try write("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
        try write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        try write("proc/self/mountinfo", "")
        try cloudInit("echo '{\"status\": \"done\", \"errors\": []}'")
        try program("systemctl", "echo \"$@\" >> \(root)/systemctl.log")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// What `cloud-init` does; `"$@"` are its arguments.
    func cloudInit(_ script: String) throws { try program("cloud-init", script) }

    func text(_ path: String) -> String? { try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

    func write(_ path: String, _ text: String) throws {
        try directory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
    }

    func directory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: "\(root)/\(path)", withIntermediateDirectories: true)
    }

    /// A link to another path of this system.
    func link(_ path: String, to target: String) throws {
        try directory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try FileManager.default.createSymbolicLink(
            atPath: "\(root)/\(path)", withDestinationPath: "\(root)/\(target)")
    }

    private func program(_ name: String, _ script: String) throws {
        try write("bin/\(name)", "#!/bin/sh\n\(script)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(root)/bin/\(name)")
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(root)/\(path)") }

    /// Runs the injected script as the unit would; its exit status.
    func callHome(port: UInt16) throws -> Int32 {
        let call = CallHomeFiles.files(serverURL: "http://127.0.0.1:\(port)", deploymentID: "d-1", nonce: "secret")
        for file in call.files { try write(String(file.path.dropFirst()), file.content) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [root + CallHomeFiles.script, root + CallHomeFiles.configuration, root]
        process.environment = ["PATH": "\(root)/bin", "http_proxy": "http://127.0.0.1:1"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
