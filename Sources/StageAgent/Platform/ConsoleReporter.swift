package import AgentProtocol
import Synchronization

/// Shows a deployment's events on the machine's consoles and passes them on.
package final class ConsoleReporter: DeploymentReporter {
    private let console: StageConsole
    private let next: any DeploymentReporter
    private let text = Mutex(ProgressText())

    /// - Parameter next: takes every event too: the server's event stream.
    package init(console: StageConsole, next: any DeploymentReporter) {
        self.console = console
        self.next = next
    }

    package func report(_ event: AgentEvent) {
        switch text.withLock({ $0.change(for: event, now: .now) }) {
        case .line(let line): console.line(line)
        case .progress(let line): console.progress(line)
        case .finished(let line):
            console.progress(nil)
            console.line(line)
        }
        next.report(event)
    }
}
