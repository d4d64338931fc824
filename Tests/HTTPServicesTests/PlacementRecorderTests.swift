import BootPolicy
import HTTPServices
import Logging
import NetworkTypes
import ServiceLifecycle
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PlacementRecorderTests {
    private let kept = KeptPlacements()

    private func recorder(capacity: Int = 100, interval: Duration = .seconds(3600)) -> PlacementRecorder {
        PlacementRecorder(capacity: capacity, interval: interval, log: Installation.log) { [kept] in
            try kept.keep($0)
        }
    }

    private static func place(_ unit: Int) -> Placement { Placement(rack: "R1", unit: unit) }

    @Test func writesNothingBeforeItsTimeAndTheNewestThen() async {
        let recorder = recorder()
        recorder.record(Installation.mac, Self.place(1))
        recorder.record(Installation.otherMAC, Self.place(3))
        recorder.record(Installation.mac, Self.place(2))
        #expect(kept.batches.isEmpty)
        #expect(await recorder.flush())
        #expect(kept.batches == [[Installation.mac: Self.place(2), Installation.otherMAC: Self.place(3)]])
        #expect(await recorder.flush())
        #expect(kept.batches.count == 1)
    }

    @Test func triesAgainWhatWasNotKeptUnlessThereIsANewerOne() async {
        let recorder = recorder()
        kept.isBroken = true
        recorder.record(Installation.mac, Self.place(1))
        recorder.record(Installation.otherMAC, Self.place(3))
        #expect(await recorder.flush() == false)
        recorder.record(Installation.mac, Self.place(2))
        kept.isBroken = false
        #expect(await recorder.flush())
        #expect(kept.batches == [[Installation.mac: Self.place(2), Installation.otherMAC: Self.place(3)]])
    }

    @Test func hasRoomForABoundedNumberOfNICs() async {
        let recorder = recorder(capacity: 1)
        recorder.record(Installation.mac, Self.place(1))
        recorder.record(Installation.otherMAC, Self.place(3))
        recorder.record(Installation.mac, Self.place(2))
        await recorder.flush()
        #expect(kept.batches == [[Installation.mac: Self.place(2)]])
        recorder.record(Installation.otherMAC, Self.place(3))
        await recorder.flush()
        #expect(kept.batches.last == [Installation.otherMAC: Self.place(3)])
    }

    @Test func theServiceWritesByItself() async throws {
        let recorder = recorder(interval: .milliseconds(10))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            recorder.record(Installation.mac, Self.place(1))
            while kept.batches.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
        }
        #expect(kept.batches == [[Installation.mac: Self.place(1)]])
    }

    @Test func whatWaitsAtTheEndIsWritten() async throws {
        let recorder = recorder()
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let group = ServiceGroup(services: [recorder, Beginning(begun: beginning)], logger: Installation.log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in begun { break }
            recorder.record(Installation.mac, Self.place(1))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(kept.batches == [[Installation.mac: Self.place(1)]])
    }

    @Test func whatWaitsIsWrittenWhereAnotherServiceFails() async throws {
        let recorder = recorder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                recorder.record(Installation.mac, Self.place(1))
                try await recorder.run()
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(kept.batches == [[Installation.mac: Self.place(1)]])
    }
}

/// Keeps what it is told to, unless it is broken.
private final class KeptPlacements: Sendable {
    private let state = Mutex<(batches: [[MACAddress: Placement]], isBroken: Bool)>(([], false))

    var batches: [[MACAddress: Placement]] { state.withLock { $0.batches } }

    var isBroken: Bool {
        get { state.withLock { $0.isBroken } }
        set { state.withLock { $0.isBroken = newValue } }
    }

    /// As a transaction: nothing of it stays where the task is cancelled.
    func keep(_ batch: [MACAddress: Placement]) throws {
        try Task.checkCancellation()
        try state.withLock { state in
            if state.isBroken { throw TestFailure("the disk is full") }
            state.batches.append(batch)
        }
    }
}

/// Tells that services run.
private struct Beginning: Service {
    let begun: AsyncStream<Void>.Continuation

    func run() async throws {
        begun.yield()
        try await gracefulShutdown()
    }
}
