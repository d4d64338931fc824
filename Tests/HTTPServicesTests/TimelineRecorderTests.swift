import BootTimeline
import HTTPServices
import Logging
import NetworkTypes
import ServiceLifecycle
import Store
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TimelineRecorderTests {
    private let server: Installation

    init() throws { server = try Installation() }

    private func recorder(capacity: Int = 100, interval: Duration = .seconds(1)) -> TimelineRecorder {
        TimelineRecorder(store: server.store, capacity: capacity, interval: interval, log: Installation.log)
    }

    private static func event(_ number: Int, mac: MACAddress = Installation.mac) -> BootEvent {
        BootEvent(at: Int64(number), mac: mac, occurrence: .firstBoot(deployment: "d-\(number)"))
    }

    private func stored() async throws -> [BootEvent] {
        try await server.store.read { try $0.bootEvents(of: [Installation.mac], limit: 1000) }
    }

    @Test func whatWasRecordedIsThereAtOnce() async throws {
        let recorder = recorder()
        recorder.record(Self.event(1))
        recorder.record(Self.event(2, mac: Installation.otherMAC))
        #expect(try await recorder.events(of: [Installation.mac], limit: 10) == [Self.event(1)])
        recorder.record(Self.event(3))
        let both = [Installation.mac, Installation.otherMAC]
        #expect(try await recorder.events(of: both, limit: 2).map(\.at) == [2, 3])
    }

    @Test func anotherRecorderFindsItAfterARestart() async throws {
        let first = recorder()
        first.record(Self.event(1))
        _ = try await first.events(of: [], limit: 1)
        #expect(try await recorder().events(of: [Installation.mac], limit: 10) == [Self.event(1)])
    }

    @Test func followsWhomItRecordedAlsoAfterARestart() async throws {
        let first = recorder()
        #expect(!first.follows(Installation.mac))
        first.record(Self.event(1))
        #expect(first.follows(Installation.mac) && !first.follows(Installation.otherMAC))
        _ = try await first.events(of: [], limit: 1)
        let second = recorder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await second.run() }
            while !second.follows(Installation.mac) { try await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
        }
        #expect(!second.follows(Installation.otherMAC))
    }

    @Test func theServiceWritesByItself() async throws {
        let recorder = recorder(interval: .milliseconds(10))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            recorder.record(Self.event(1))
            while try await stored().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
        }
        #expect(try await stored() == [Self.event(1)])
    }

    @Test func whatWaitsIsWrittenAlsoInATaskThatIsCancelled() async throws {
        let recorder = recorder()
        recorder.record(Self.event(1))
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try? await recorder.events(of: [], limit: 1)
        }.value
        #expect(try await stored() == [Self.event(1)])
    }

    @Test func whatWaitsAtTheEndIsWritten() async throws {
        let recorder = recorder(interval: .seconds(3600))
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let group = ServiceGroup(
            services: [recorder, Announcing(begun: beginning)], logger: Installation.log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in begun { break }
            recorder.record(Self.event(1))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(try await stored() == [Self.event(1)])
    }

    @Test func whatComesFasterThanItCanBeKeptIsLostWithoutHarm() async throws {
        let recorder = recorder(capacity: 6)
        for number in 1...5 { recorder.record(Self.event(number)) }
        #expect(try await recorder.events(of: [Installation.mac], limit: 10).map(\.at) == [1, 2, 3])
        recorder.record(Self.event(6))
        #expect(try await recorder.events(of: [Installation.mac], limit: 10).map(\.at) == [1, 2, 3, 6])
    }

    @Test func strangersLeaveRoomForHosts() async throws {
        let recorder = TimelineRecorder(
            store: server.store, capacity: 4, isKnown: { $0 == Installation.mac }, log: Installation.log)
        for number in 1...5 { recorder.record(Self.event(number, mac: Installation.otherMAC)) }
        for number in 6...9 { recorder.record(Self.event(number)) }
        let both = [Installation.mac, Installation.otherMAC]
        #expect(try await recorder.events(of: both, limit: 10).map(\.at) == [1, 2, 6, 7])
    }

    @Test func followsNewHostsBehindAnyNumberOfStrangers() throws {
        let recorder = recorder()
        for number in 0..<70_000 {
            let octets = [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
            recorder.record(Self.event(number, mac: try #require(MACAddress([0x06, 0xF1, 0] + octets))))
        }
        recorder.record(Self.event(70_000))
        #expect(recorder.follows(Installation.mac))
    }

    @Test func eventsOfManyWritersStayInTheirOrder() async throws {
        let recorder = recorder(capacity: 10_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 1...400 { recorder.record(Self.event(number)) } }
            for _ in 1...8 {
                group.addTask { _ = try await recorder.events(of: [Installation.mac], limit: 1000) }
            }
            try await group.waitForAll()
        }
        let times = try await recorder.events(of: [Installation.mac], limit: 1000).map(\.at)
        #expect(times == (1...400).map { Int64($0) })
    }
}

/// Tells that services run.
private struct Announcing: Service {
    let begun: AsyncStream<Void>.Continuation

    func run() async throws {
        begun.yield()
        try await gracefulShutdown()
    }
}
