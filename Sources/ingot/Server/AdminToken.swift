import FoundationEssentials
import Glibc
import HTTPServices

/// The administrator's bearer token: made at the first start, read by the command line from its file.
enum AdminToken {
    /// Makes the token and its file, mode 0600, where there is none that the database knows.
    static func ensure(at path: String, provisioner: Provisioner) async throws {
        if let data = FileManager.default.contents(atPath: path) {
            let token = String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
            guard try await provisioner.isAPIToken(token) else {
                throw CommandError(
                    "the database does not know the token in \(path): remove the file to make a new one")
            }
            return
        }
        let token = try await provisioner.makeAPIToken(name: "administrator")
        try write(token + "\n", to: path)
    }

    private static func write(_ text: String, to path: String) throws {
        let partial = path + ".new"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw CommandError("cannot write \(partial): \(String(cString: strerror(errno)))")
        }
        let bytes = Array(text.utf8)
        let count = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
        guard count == bytes.count else { throw CommandError("cannot write \(partial): the disk is full") }
        try Durable.move(partial, to: path)
    }
}
