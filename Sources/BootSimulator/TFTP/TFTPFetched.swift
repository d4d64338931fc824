/// What a transfer brought.
struct TFTPFetched: Sendable {
    let ending: TFTPEnding
    /// Empty where the file was not to be read.
    let contents: [UInt8]
}
