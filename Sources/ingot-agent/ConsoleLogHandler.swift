import Logging
import StageAgent

/// Sends log lines to the machine's consoles, above the progress line.
struct ConsoleLogHandler: LogHandler {
    let console: StageConsole
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { console.line("ingot: \(event.message)") }
}
