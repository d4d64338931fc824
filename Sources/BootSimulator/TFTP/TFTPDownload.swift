/// The receiving side of one TFTP transfer (RFC 1350, 2347, 2348, 2349, 7440) as a state machine: the owner feeds it
/// packets and timeouts and does what it returns.
package struct TFTPDownload: Sendable {
    package enum Action: Hashable, Sendable {
        case wait
        case send([UInt8])
        /// The transfer is over; `last` is still to be sent.
        case finish(TFTPEnding, last: [UInt8]?)
    }

    /// How far the transfer is to go.
    package enum Purpose: Hashable, Sendable {
        /// All octets are counted.
        case load
        /// All octets are kept in `contents`, too.
        case read
        /// Ends the transfer as soon as the size is known, as firmware does.
        case size
        /// Is silent after the acknowledgement of this block; 0 is the OACK's.
        case stall(after: Int)
    }

    /// What came so far, to be read.
    package private(set) var contents: [UInt8] = []

    private let purpose: Purpose
    private let request: [UInt8]
    private let wantedBlockSize: Int
    private let wantedWindow: Int

    private var blockSize = 512
    private var window = 1
    /// What the server said of the file's size.
    private var announced: Int?
    /// The block that is to come next, counted from 1.
    private var next = 1
    private var inWindow = 0
    private var bytes = 0
    private var lastSent: [UInt8]
    private var unanswered = 0

    private static let repetitions = 5

    /// - Parameters:
    ///   - blockSize: octets in a block, 8...65464.
    ///   - window: blocks for each acknowledgement; the option is left out for 1.
    package init(file: String, blockSize: Int, window: Int = 1, purpose: Purpose = .load) {
        wantedBlockSize = blockSize
        wantedWindow = window
        self.purpose = purpose
        var words = [file, "octet", "tsize", "0", "blksize", "\(blockSize)"]
        if window > 1 { words += ["windowsize", "\(window)"] }
        // The server repeats its packets each second, so that it is known soon how it ends a stalled transfer.
        if case .stall = purpose { words += ["timeout", "1"] }
        request = [0, 1] + words.flatMap { Array($0.utf8) + [0] }
        lastSent = request
    }

    /// The request, which goes to the well-known port.
    package func start() -> Action { .send(request) }

    /// A packet came from the server.
    package mutating func received(_ packet: [UInt8]) -> Action {
        unanswered = 0
        switch TFTPAnswer(packet) {
        case .error(let code, let message): return .finish(.refused(code: code, message: message), last: nil)
        case .options(let options): return accept(options)
        case .data(let block, let count): return take(block, count, packet.dropFirst(4))
        case nil: return .finish(.garbled("a packet of \(packet.count) octets that is none"), last: nil)
        }
    }

    /// Nothing came for a while.
    package mutating func timedOut() -> Action {
        if isStalling { return .wait }
        unanswered += 1
        return unanswered > Self.repetitions ? .finish(.silent, last: nil) : .send(lastSent)
    }

    private var isStalling: Bool {
        if case .stall(let last) = purpose { return next > last + 1 }
        return false
    }

    private mutating func accept(_ options: [String: String]) -> Action {
        guard next == 1 else { return .wait }
        if let text = options["blksize"] {
            guard let size = Int(text), (8...wantedBlockSize).contains(size) else {
                return .finish(.garbled("blksize '\(text)' was not asked for"), last: nil)
            }
            blockSize = size
        }
        if let text = options["windowsize"] {
            guard let size = Int(text), (1...wantedWindow).contains(size) else {
                return .finish(.garbled("windowsize '\(text)' was not asked for"), last: nil)
            }
            window = size
        }
        announced = options["tsize"].flatMap { Int($0) }
        if purpose == .size, let announced {
            return .finish(.complete(announced), last: [0, 5, 0, 0] + Array("TFTP Aborted".utf8) + [0])
        }
        return acknowledge(0)
    }

    private mutating func take(_ block: UInt16, _ count: Int, _ payload: ArraySlice<UInt8>) -> Action {
        if isStalling { return .wait }
        guard block == UInt16(truncatingIfNeeded: next) else {
            // A repeated block, or a gap: the server goes on behind what is acknowledged.
            inWindow = 0
            return acknowledge(next - 1)
        }
        guard count <= blockSize else { return .finish(.garbled("a block of \(count) octets"), last: nil) }
        next += 1
        if isStalling { return .wait }
        bytes += count
        if purpose == .read { contents += payload }
        inWindow += 1
        if count < blockSize { return finish() }
        guard inWindow == window else { return .wait }
        inWindow = 0
        return acknowledge(next - 1)
    }

    private mutating func acknowledge(_ block: Int) -> Action {
        lastSent = Self.acknowledgement(block)
        return .send(lastSent)
    }

    private func finish() -> Action {
        if let announced, announced != bytes {
            return .finish(.garbled("\(bytes) octets came, tsize said \(announced)"), last: nil)
        }
        return .finish(.complete(bytes), last: Self.acknowledgement(next - 1))
    }

    private static func acknowledgement(_ block: Int) -> [UInt8] {
        [0, 4, UInt8(truncatingIfNeeded: block >> 8), UInt8(truncatingIfNeeded: block)]
    }
}
