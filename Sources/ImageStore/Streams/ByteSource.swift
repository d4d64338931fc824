/// Bytes that are read once, from front to end. Reading may block its thread.
protocol ByteSource: AnyObject {
    /// Fills the front of `buffer`, which is not empty; 0 only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// How many bytes of the file at the bottom were read so far.
    var consumed: UInt64 { get }
}
