import NIOCore
import TFTP
import Testing

struct TFTPTransferTests {
    static func transfer(
        size: Int, block: Int = 512, window: Int = 1, options: Bool = false, repetitions: Int = 3
    ) -> TFTPTransfer {
        var settings = TFTPSettings()
        settings.blockSize = block
        settings.windowSize = window
        if options { settings.acknowledged = [TFTPOption("tsize", "\(size)")] }
        return TFTPTransfer(size: size, settings: settings, limits: TFTPLimits(repetitions: repetitions))
    }

    /// Plays a client that receives everything; the sizes of the blocks in their order.
    static func play(_ start: TFTPTransfer) -> (blocks: [Int], outcome: TFTPOutcome?) {
        var transfer = start
        var action = transfer.start()
        var blocks: [Int] = []
        while true {
            switch action {
            case .sendOptions: action = transfer.received(.acknowledgement(block: 0))
            case .sendBlocks(let range):
                blocks += range.map { transfer.bytes(ofBlock: $0).count }
                action = transfer.received(.acknowledgement(block: TFTPTransfer.wireNumber(range.upperBound)))
            case .wait: return (blocks, nil)
            case .finish(let outcome): return (blocks, outcome)
            }
        }
    }

    @Test(arguments: [
        (0, 512, 1, [0]), (1, 512, 1, [1]), (511, 512, 1, [511]), (512, 512, 1, [512, 0]), (513, 512, 1, [512, 1]),
        (1024, 512, 2, [512, 512, 0]), (1500, 512, 2, [512, 512, 476]),
        (100, 8, 64, [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 4]),
    ])
    func endsWithAShortBlock(size: Int, block: Int, window: Int, expected: [Int]) {
        let played = Self.play(Self.transfer(size: size, block: block, window: window))
        #expect(played.blocks == expected)
        #expect(played.outcome == .completed)
    }

    @Test("T16: block numbers go on beyond 65535", arguments: [1, 7, 64])
    func goesOnBeyondBlock65535(window: Int) {
        let size = 70_000 * 8 + 3
        let played = Self.play(Self.transfer(size: size, block: 8, window: window))
        #expect(played.blocks.count == 70_001)
        #expect(played.blocks.reduce(0, +) == size)
        #expect(played.outcome == .completed)
    }

    @Test func sendsItsOptionsFirstAndTheFileAfterACKZero() {
        var transfer = Self.transfer(size: 10, options: true)
        #expect(transfer.start() == .sendOptions)
        #expect(transfer.received(.acknowledgement(block: 1)) == .wait)
        #expect(transfer.received(.acknowledgement(block: 0)) == .sendBlocks(1...1))
    }

    @Test func aDuplicateAcknowledgementSendsNothing() {
        var transfer = Self.transfer(size: 5000, options: true)
        _ = transfer.start()
        #expect(transfer.received(.acknowledgement(block: 0)) == .sendBlocks(1...1))
        #expect(transfer.received(.acknowledgement(block: 0)) == .wait)
        #expect(transfer.received(.acknowledgement(block: 1)) == .sendBlocks(2...2))
        for _ in 0..<100 { #expect(transfer.received(.acknowledgement(block: 1)) == .wait) }
        #expect(transfer.received(.acknowledgement(block: 2)) == .sendBlocks(3...3))
    }

    /// Every acknowledgement arrives twice and every packet is delayed past a timeout: still one packet for each new
    /// acknowledgement and one for each timeout.
    @Test("T16: the sorcerer's apprentice cannot happen")
    func theSorcerersApprenticeCannotHappen() {
        var transfer = Self.transfer(size: 512 * 100)
        var packets = 0
        func count(_ action: TFTPAction) {
            if case .sendBlocks(let range) = action { packets += range.count }
        }
        count(transfer.start())
        for block in UInt16(1)...100 {
            count(transfer.timedOut())
            count(transfer.received(.acknowledgement(block: block)))
            count(transfer.received(.acknowledgement(block: block)))
            count(transfer.received(.acknowledgement(block: block &- 1)))
        }
        #expect(packets == 101 + 100)
    }

    @Test func anAcknowledgementWithinAWindowStartsTheNextWindowThere() {
        var transfer = Self.transfer(size: 512 * 20, window: 4)
        #expect(transfer.start() == .sendBlocks(1...4))
        #expect(transfer.received(.acknowledgement(block: 2)) == .sendBlocks(3...6))
        #expect(transfer.received(.acknowledgement(block: 2)) == .wait)
        #expect(transfer.received(.acknowledgement(block: 7)) == .wait)
        #expect(transfer.received(.acknowledgement(block: 6)) == .sendBlocks(7...10))
    }

    @Test func aTimeoutRepeatsOnlyWhatIsNotAcknowledged() {
        var transfer = Self.transfer(size: 512 * 20, window: 4)
        _ = transfer.start()
        _ = transfer.received(.acknowledgement(block: 4))
        #expect(transfer.timedOut() == .sendBlocks(5...8))
    }

    @Test(arguments: [true, false])
    func endsAfterABoundedNumberOfRepetitions(options: Bool) {
        var transfer = Self.transfer(size: 5000, options: options, repetitions: 3)
        _ = transfer.start()
        for _ in 0..<3 { #expect(transfer.timedOut() == (options ? .sendOptions : .sendBlocks(1...1))) }
        #expect(transfer.timedOut() == .finish(.stalled(afterBlock: 0)))
        #expect(transfer.timedOut() == .wait)
        #expect(transfer.received(.acknowledgement(block: 1)) == .wait)
    }

    @Test func waitsLongerFromRepetitionToRepetitionUntilSomethingIsAcknowledged() {
        var transfer = Self.transfer(size: 5000, repetitions: 9)
        _ = transfer.start()
        var waits = [transfer.timeout]
        for _ in 0..<4 {
            _ = transfer.timedOut()
            waits.append(transfer.timeout)
        }
        #expect(waits == [1, 2, 4, 4, 4])
        _ = transfer.received(.acknowledgement(block: 1))
        #expect(transfer.timeout == 1)
    }

    @Test func keepsToTheTimeoutThatTheClientAskedFor() throws {
        let settings = try TFTPSettings(options: [TFTPOption("timeout", "7")], size: 10, limits: TFTPLimits())
        var transfer = TFTPTransfer(size: 10, settings: settings, limits: TFTPLimits())
        _ = transfer.start()
        _ = transfer.timedOut()
        #expect(transfer.timeout == 7)
    }

    @Test("T15: a long timeout counts once the request's sender has shown that it is there")
    func asksForNoLongTimeoutUnseen() throws {
        let settings = try TFTPSettings(options: [TFTPOption("timeout", "30")], size: 10, limits: TFTPLimits())
        var transfer = TFTPTransfer(size: 10, settings: settings, limits: TFTPLimits(), requestSize: 500)
        _ = transfer.start()
        var seconds = transfer.timeout
        while case .sendOptions = transfer.timedOut() { seconds += transfer.timeout }
        #expect(seconds <= 27)
        var seen = TFTPTransfer(size: 10, settings: settings, limits: TFTPLimits(), requestSize: 500)
        _ = seen.start()
        _ = seen.received(.acknowledgement(block: 0))
        #expect(seen.timeout == 30)
    }

    @Test func theClientsErrorEndsItWithoutAnAnswer() {
        var transfer = Self.transfer(size: 5000, options: true)
        _ = transfer.start()
        let error = TFTPError(.notDefined, "TFTP aborted")
        #expect(transfer.received(.error(error)) == .finish(.refusedByClient(error)))
        #expect(TFTPOutcome.refusedByClient(error).error == nil)
    }

    @Test(arguments: [
        TFTPPacket.data(block: 1, payload: ByteBuffer()), .readRequest(TFTPRequest(file: "x")),
        .optionAcknowledgement([]),
    ])
    func anythingButAnAcknowledgementEndsItWithError4(packet: TFTPPacket) throws {
        var transfer = Self.transfer(size: 5000)
        _ = transfer.start()
        guard case .finish(let outcome) = transfer.received(packet) else {
            Issue.record("the transfer went on")
            return
        }
        #expect(outcome.error?.code == .illegalOperation)
    }

    @Test func reportsWhatTheClientHas() {
        var transfer = Self.transfer(size: 700)
        _ = transfer.start()
        #expect(transfer.acknowledgedBytes == 0)
        _ = transfer.received(.acknowledgement(block: 1))
        #expect(transfer.acknowledgedBytes == 512)
        #expect(transfer.received(.acknowledgement(block: 2)) == .finish(.completed))
        #expect(transfer.acknowledgedBytes == 700)
    }

    @Test func endsOnceWhenTheClientVanishesTimeRunsOutOrTheServerStops() {
        let events: [(inout TFTPTransfer) -> TFTPAction] = [
            { $0.clientVanished() }, { $0.expired() }, { $0.serverStopped() },
        ]
        for event in events {
            var transfer = Self.transfer(size: 5000)
            _ = transfer.start()
            _ = transfer.received(.acknowledgement(block: 1))
            guard case .finish = event(&transfer) else {
                Issue.record("the transfer went on")
                return
            }
            #expect(event(&transfer) == .wait)
            #expect(transfer.timedOut() == .wait)
        }
    }
}
