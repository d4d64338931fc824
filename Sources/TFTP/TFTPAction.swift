/// What the owner of a transfer does next. Whatever sends starts the timer again; `wait` leaves it running.
package enum TFTPAction: Hashable, Sendable {
    /// Send the OACK.
    case sendOptions
    /// Send these blocks, counted from 1, in order.
    case sendBlocks(ClosedRange<Int>)
    /// Do nothing.
    case wait
    /// Send the outcome's error, if it has one, and forget the transfer.
    case finish(TFTPOutcome)
}
