extension KnownOptions {
    /// RFC 2132 section 9.6.
    package static let messageType = OptionFormat<MessageType>(
        53, "message type", expected: "1 octet",
        read: { bytes in bytes.count == 1 ? bytes.first.map { MessageType(rawValue: $0) } : nil },
        write: { $1.append($0.rawValue) })
}
