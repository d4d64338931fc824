import NIOCore

/// The next part of a disk.
enum BlockRun: Sendable {
    /// This many chunks of zeros that nobody needs to read.
    case holes(Int)
    /// One chunk; only the disk's last one is shorter than the chunk size.
    case data(ByteBuffer)
}

/// A disk, chunk by chunk from its start. Reading may block its thread.
protocol BlockSource: AnyObject {
    /// What comes next; nil at the disk's end.
    func next() throws -> BlockRun?
    /// Bytes of the input used so far.
    var consumed: UInt64 { get }
    /// Bytes of the input.
    var total: UInt64 { get }
    /// Bytes of the disk delivered so far: its size, once `next` has returned nil.
    var delivered: UInt64 { get }
}
