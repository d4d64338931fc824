import Glibc
package import LinuxSystem
import Synchronization

/// Every console of the machine, screen and serial alike: each shows the same lines and the same progress.
package final class StageConsole: Sendable {
    private struct State: Sendable {
        var text = ConsoleText()
        var lastProgress: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let terminals: [Int32]
    private let plain: [Int32]

    /// - Parameter descriptors: where to write. Those that are no terminal get lines, but no progress.
    package init(descriptors: [Int32]) {
        terminals = descriptors.filter { isatty($0) == 1 }
        plain = descriptors.filter { isatty($0) != 1 }
    }

    /// The kernel's consoles (`console=`), or standard output where none can be opened.
    package convenience init(tree: SystemTree = SystemTree()) {
        let names = (tree.text("/sys/class/tty/console/active") ?? "").split(separator: " ")
        let opened = names.map { open("/dev/\($0)", O_WRONLY | O_NOCTTY | O_CLOEXEC) }.filter { $0 >= 0 }
        self.init(descriptors: opened.isEmpty ? [STDOUT_FILENO] : opened)
    }

    /// Shows a line for good.
    package func line(_ text: String) {
        state.withLock { state in
            write(state.text.line(text), to: terminals)
            write(text + "\n", to: plain)
        }
    }

    /// Shows a progress line in place of the last one, at most five times a second; nil takes it away at once.
    package func progress(_ text: String?) {
        state.withLock { state in
            let now = ContinuousClock.now
            if text != nil, let last = state.lastProgress, now - last < .milliseconds(200) { return }
            state.lastProgress = text == nil ? nil : now
            write(state.text.progress(text), to: terminals)
        }
    }

    private func write(_ text: String, to descriptors: [Int32]) {
        let bytes = Array(text.utf8)
        for descriptor in descriptors {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
        }
    }
}
