package import NIOCore
package import TFTP

/// What the TFTP service allows.
package struct TFTPServiceLimits: Sendable {
    /// What one transfer may ask for.
    package var transfer: TFTPLimits
    /// Transfers at once, over all addresses; a request beyond them is dropped, and the client asks again.
    package var transfers: Int
    /// Transfers at once to one address; a request beyond them is dropped, too.
    package var transfersPerAddress: Int
    /// The longest time for one transfer, however often it makes progress.
    package var duration: TimeAmount

    /// - Parameter transfersPerAddress: half of `transfers` where it is nil.
    package init(
        transfer: TFTPLimits = TFTPLimits(), transfers: Int = 512, transfersPerAddress: Int? = nil,
        duration: TimeAmount = .minutes(10)
    ) {
        self.transfer = transfer
        self.transfers = transfers
        self.transfersPerAddress = transfersPerAddress ?? max(transfers / 2, 1)
        self.duration = duration
    }
}
