/// The body of an RRQ or WRQ (RFC 1350 section 5, RFC 2347).
package struct TFTPRequest: Hashable, Sendable {
    package var file: String
    package var mode: TFTPMode
    /// In the order of the packet.
    package var options: [TFTPOption]

    package init(file: String, mode: TFTPMode = .octet, options: [TFTPOption] = []) {
        self.file = file
        self.mode = mode
        self.options = options
    }
}
