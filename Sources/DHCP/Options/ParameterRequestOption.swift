extension KnownOptions {
    /// The options that a client asks for (RFC 2132 section 9.8).
    package static let parameterRequestList = OptionFormat<[OptionCode]>(
        55, "parameter request list", expected: "at least 1 octet",
        read: { $0.isEmpty ? nil : $0.map { OptionCode($0) } }, write: { $1 += $0.map(\.rawValue) })
}
