extension KnownOptions {
    /// RFC 2132 section 9.6.
    package static let messageType = OptionFormat<MessageType>(
        53, "message type", expected: "1 octet",
        read: { $0.count == 1 ? MessageType(rawValue: $0[0]) : nil }, write: { [$0.rawValue] })
}
