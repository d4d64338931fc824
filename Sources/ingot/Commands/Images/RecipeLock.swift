import Glibc

/// The sole right of one process of this machine to refresh what a recipe makes, for as long as the object lives.
final class RecipeLock {
    private let descriptor: CInt

    /// Throws where another process has it.
    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandError("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandError("another process of this machine refreshes it: wait for its end")
        }
    }

    deinit { close(descriptor) }
}
