import Foundation
import NIOPosix

/// Runs a program to its end, off the cooperative pool; its status and what it wrote to both outputs.
func run(_ path: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
    try await NIOThreadPool.singleton.runIfActive {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
