import Foundation
import Provisioning
import Testing

/// When a host that comes back is parked, and when it is not.
struct BootLoopTests {
    /// Starts the stage this often; the number of the boot that parked the host.
    private func boot(_ loop: inout BootLoop, _ count: Int, from start: Int64 = 0, every seconds: Int64) -> Int? {
        var parked: Int?
        for number in 1...count {
            let isParked = loop.startStage(now: start + Int64(number) * seconds)
            if isParked, parked == nil { parked = number }
        }
        return parked
    }

    @Test func theFifthStageWithoutProgressParks() {
        var loop = BootLoop()
        let parked = boot(&loop, 5, every: 60)
        #expect(parked == 5)
        #expect(loop.parking?.since == 300)
        let reason = "it started the stage 5 times within 30 minutes without progress, and no stage of it greeted"
        #expect(loop.parking?.reason == reason + " the server")
    }

    @Test func theReasonTellsWhetherAStageGreeted() {
        var loop = BootLoop()
        _ = boot(&loop, 2, every: 60)
        loop.greet(now: 150)
        _ = boot(&loop, 3, from: 150, every: 60)
        #expect(loop.parking?.reason == "it started the stage 5 times within 30 minutes without progress")
    }

    @Test func slowBootsDoNotPark() {
        var loop = BootLoop()
        let parked = boot(&loop, 100, every: 450)
        #expect(parked == nil && loop.parking == nil)
    }

    @Test func theTenthReturnFromTheOwnDiskParks() {
        var loop = BootLoop()
        for number in 1...9 {
            let isParked = loop.startDisk(now: Int64(number) * 100)
            #expect(!isParked)
        }
        let isParked = loop.startDisk(now: 1000)
        #expect(isParked)
        #expect(
            loop.parking?.reason == "it was sent to its own disk 10 times within 60 minutes and came back each time")
    }

    @Test func tenReturnsInMoreThanAnHourDoNotPark() {
        var loop = BootLoop()
        for number in 1...50 {
            let isParked = loop.startDisk(now: Int64(number) * 400)
            #expect(!isParked)
        }
    }

    @Test func progressStartsTheCountAnew() {
        var loop = BootLoop()
        _ = boot(&loop, 4, every: 60)
        loop.progress()
        #expect(loop == BootLoop())
        let parked = boot(&loop, 4, from: 300, every: 60)
        #expect(parked == nil)
    }

    @Test func aLoaderThatRepeatsItselfIsOneBoot() {
        var loop = BootLoop()
        let parked = boot(&loop, 20, every: 1)
        #expect(parked == nil, "twenty requests in twenty seconds are four boots")
    }

    @Test func progressDoesNotUnpark() {
        var loop = BootLoop()
        _ = boot(&loop, 5, every: 60)
        let parking = loop.parking
        loop.progress()
        loop.greet(now: 400)
        #expect(parking != nil && loop.parking == parking)
    }

    @Test func aParkedHostIsParkedOnce() {
        var loop = BootLoop()
        _ = boot(&loop, 5, every: 60)
        let again = boot(&loop, 50, from: 300, every: 60)
        let disk = loop.startDisk(now: 4000)
        #expect(again == nil && !disk && loop.parking?.since == 300)
    }

    @Test func anUnparkedHostIsCountedFromNothing() {
        var loop = BootLoop()
        _ = boot(&loop, 5, every: 60)
        loop.unpark()
        #expect(loop == BootLoop())
        let parked = boot(&loop, 6, from: 300, every: 60)
        #expect(parked == 5)
    }

    @Test func aClockThatWasSetBackParksNobody() {
        var loop = BootLoop()
        _ = boot(&loop, 4, from: 1_000_000, every: 60)
        let isParked = loop.startStage(now: 100)
        #expect(!isParked)
    }

    @Test func itsLimitsCanBeOthers() {
        var loop = BootLoop()
        let limit = BootLoop.Limit(boots: 2, window: 60)
        let first = loop.startStage(now: 0, limit: limit)
        let late = loop.startStage(now: 60, limit: limit)
        let third = loop.startStage(now: 70, limit: limit)
        #expect(!first && !late && third)
    }

    @Test func comesBackFromItsJSONUnchanged() throws {
        var loop = BootLoop()
        _ = boot(&loop, 3, every: 60)
        loop.greet(now: 200)
        #expect(try JSONDecoder().decode(BootLoop.self, from: JSONEncoder().encode(loop)) == loop)
        _ = boot(&loop, 2, from: 200, every: 60)
        #expect(loop.parking != nil)
        #expect(try JSONDecoder().decode(BootLoop.self, from: JSONEncoder().encode(loop)) == loop)
    }
}
