import AgentProtocol
import Provisioning
import Testing

/// The fixture's orders expire at 1000.
struct ExpiryTests {
    private static let silence = Deployment.silenceLimit

    @Test func anOrderEndsWhetherOrNotAnAttemptWasMade() throws {
        for waiting in [Fixture.deployment(), try Fixture.failedOnce()] {
            var deployment = waiting
            let early = deployment.expireIfDue(now: 999)
            #expect(!early && deployment.state == .waiting)
            let due = deployment.expireIfDue(now: 1000)
            #expect(due && deployment.state == .expired && deployment.endedAt == 1000)
        }
    }

    @Test func anExpiredOrderKeepsTheReasonOfItsLastAttempt() throws {
        var deployment = try Fixture.failedOnce()
        _ = deployment.expireIfDue(now: 1000)
        #expect(deployment.failure?.message == "sector 7")
    }

    @Test func aGreetingAYearLaterOpensNothing() throws {
        let year: Int64 = 365 * 86400
        for order in [Fixture.deployment(), try Fixture.failedOnce(), try Fixture.running()] {
            var deployment = order
            let attempt = deployment.attempt
            #expect(throws: DeploymentRefusal.expired) {
                try deployment.open(inventory: Fixture.inventory(), bootID: "stage-9", now: year)
            }
            #expect(deployment.state == .expired && deployment.attempt == attempt)
        }
    }

    @Test func aRunningOrderEndsOnlyWhenItHasRunOutAndItsStageIsSilent() throws {
        var deployment = try Fixture.running(now: 900)
        let inTime = deployment.expireIfDue(now: 999)
        let heardLately = deployment.expireIfDue(now: 900 + Self.silence - 1)
        #expect(!inTime && !heardLately && deployment.state == .running)
        let both = deployment.expireIfDue(now: 900 + Self.silence)
        #expect(both && deployment.state == .expired)
        #expect(deployment.failure?.message.contains("said nothing for 15 minutes") == true)
    }

    @Test func silenceAloneEndsNothing() throws {
        var deployment = try Fixture.running(now: -100_000)
        let ended = deployment.expireIfDue(now: 999)
        #expect(!ended && deployment.state == .running)
    }

    @Test func aStageThatTalksIsNeverEnded() throws {
        var deployment = try Fixture.running()
        for now in stride(from: Int64(100), to: 1_000_000, by: Int(Self.silence - 1)) {
            try deployment.apply(.progress(.write, done: 1, total: 2), attempt: 1, now: now)
            let ended = deployment.expireIfDue(now: now + Self.silence - 1)
            #expect(!ended)
        }
        try deployment.finish(
            .committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 1_000_000)
        #expect(deployment.state == .committed)
    }

    @Test func whatAServerThatWasAwayDidNotHearIsNoSilence() throws {
        var deployment = try Fixture.running()
        let early = deployment.expireIfDue(now: 50_000 + Self.silence - 1, listeningSince: 50_000)
        #expect(!early && deployment.state == .running)
        let due = deployment.expireIfDue(now: 50_000 + Self.silence, listeningSince: 50_000)
        #expect(due)
    }

    @Test func aHostThatWasHeardLatelyGetsItsNextAttempt() throws {
        var deployment = try Fixture.running(now: 900)
        _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-2", now: 1100)
        #expect(deployment.state == .running && deployment.attempt == 2)
    }

    @Test func aProofThatComesLateIsStillTaken() throws {
        var deployment = try Fixture.running()
        _ = deployment.expireIfDue(now: 2000)
        #expect(deployment.state == .expired)
        try deployment.finish(.committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 2100)
        #expect(deployment.state == .committed && deployment.failure == nil && deployment.endedAt == nil)
        try deployment.accept(Fixture.call(), now: 2200)
        #expect(deployment.state == .done)
    }

    @Test func noProofIsTakenOfAnAttemptThatFailed() throws {
        var deployment = try Fixture.failedOnce()
        _ = deployment.expireIfDue(now: 1000)
        #expect(throws: DeploymentRefusal.notPossible(.expired)) {
            try deployment.finish(.committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 1001)
        }
    }

    @Test func aSilentStageThatIsBackIsToldToStop() throws {
        var deployment = try Fixture.running()
        _ = deployment.expireIfDue(now: 2000)
        #expect(throws: DeploymentRefusal.notPossible(.expired)) {
            try deployment.apply(.phaseStarted(.verify), attempt: 1, now: 2100)
        }
    }

    @Test func whatHasEndedOrIsCommittedDoesNotExpire() throws {
        var committed = try Fixture.committed()
        var cancelled = Fixture.deployment()
        try cancelled.cancel(now: 5)
        let first = committed.expireIfDue(now: 100_000)
        let second = cancelled.expireIfDue(now: 100_000)
        #expect(!first && !second)
        #expect(committed.state == .committed && cancelled.state == .cancelled)
    }
}
