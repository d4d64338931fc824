import Logging

/// Writes to standard error what reaches the threshold of all loggers, or its own logger's level where that has one.
struct ThresholdLogHandler: LogHandler {
    private var handler: StreamLogHandler
    private let threshold: LogThreshold
    private var ownLevel: Logger.Level?

    init(label: String, threshold: LogThreshold) {
        handler = .standardError(label: label)
        self.threshold = threshold
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { handler.metadataProvider }
        set { handler.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { handler.log(event: event) }
}
