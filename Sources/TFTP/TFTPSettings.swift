/// What holds for one transfer after its options were negotiated.
package struct TFTPSettings: Hashable, Sendable {
    /// Octets in each block but the last.
    package var blockSize = 512
    /// Blocks for each acknowledgement.
    package var windowSize = 1
    /// Seconds until a window is repeated, where the client asked for them; nil leaves them to the server.
    package var timeout: Int?
    /// What the OACK says; empty where there is to be none.
    package var acknowledged: [TFTPOption] = []

    package init() {}
}
