package import Logging

/// The highest level: every line is made and goes nowhere.
package struct SpokenLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.trace

    /// - Parameter label: what the lines come from.
    package static func logger(_ label: String) -> Logger { Logger(label: label) { _ in SpokenLog() } }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        _ = "\(event.message) \(metadata)"
        // What no client may bring about: a server that has to say that it failed.
        precondition(event.level < .error, "an error of the server's own: \(event.message)")
    }
}
