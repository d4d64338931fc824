import AgentProtocol
import ImageFormat
import NetworkTypes
import Provisioning
import Testing

struct DeploymentTests {
    @Test func runsFromTheOrderToTheCallHome() throws {
        var deployment = Fixture.deployment()
        let opening = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-1", now: 10)
        #expect(opening == .proceed(disk: Fixture.disk()))
        #expect(deployment.state == .running && deployment.attempt == 1)
        try deployment.apply(.phaseStarted(.write), attempt: 1, now: 11)
        try deployment.apply(.progress(.write, done: 5, total: 9), attempt: 1, now: 12)
        #expect(deployment.progress == PhaseProgress(done: 5, total: 9, since: 11))
        try deployment.finish(.committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 20)
        #expect(deployment.state == .committed)
        try deployment.accept(Fixture.call(), now: 30)
        #expect(deployment.state == .done && deployment.endedAt == 30)
    }

    @Test func errorsOfCloudInitAreTold() throws {
        var deployment = try Fixture.committed()
        try deployment.accept(Fixture.call(status: "error"), now: 30)
        #expect(deployment.state == .doneWithErrors)
    }

    @Test func aHostThatNeverCallsHomeEndsItsDeployment() throws {
        var deployment = try Fixture.committed()
        let tooEarly = deployment.giveUpIfSilent(now: 20 + Deployment.callHomeLifetime - 1)
        let inTime = deployment.giveUpIfSilent(now: 20 + Deployment.callHomeLifetime)
        #expect(!tooEarly && inTime)
        #expect(deployment.state == .failed && deployment.failure?.code == .neverCalledHome)
    }

    @Test func aLateCallHomeIsStillAccepted() throws {
        var deployment = try Fixture.committed()
        let gaveUp = deployment.giveUpIfSilent(now: 20 + Deployment.callHomeLifetime)
        #expect(gaveUp)
        try deployment.accept(Fixture.call(), now: 9000)
        #expect(deployment.state == .done && deployment.failure == nil)
    }

    @Test func aCallFromTheStageItselfIsRefused() throws {
        var deployment = try Fixture.committed()
        #expect(throws: DeploymentRefusal.calledFromStage) {
            try deployment.accept(Fixture.call(bootID: "stage-1"), now: 30)
        }
        #expect(deployment.state == .committed)
    }

    @Test func aCallFromAnotherDiskIsRefused() throws {
        var deployment = try Fixture.committed()
        #expect(throws: DeploymentRefusal.wrongDisk(found: "'OTHER'", expected: "'D1'")) {
            try deployment.accept(Fixture.call(serial: "OTHER"), now: 30)
        }
        #expect(deployment.state == .committed)
    }

    @Test(arguments: [("pci0/virtio2/block/vdb", true), ("pci0/virtio3/block/vda", false)])
    func aDiskWithoutASerialIsKnownByItsSlot(path: String, isAccepted: Bool) throws {
        var disk = Fixture.disk()
        disk.serial = nil
        disk.path = "pci0/virtio2/block/vda"
        var deployment = Fixture.deployment()
        _ = try deployment.open(inventory: Fixture.inventory(disks: [disk]), bootID: "stage-1", now: 10)
        try deployment.finish(
            .committed(Fixture.makeProof(disk: disk.path)), attempt: 1, imageSize: Fixture.imageSize, now: 20)
        var call = Fixture.call(serial: "")
        call.rootDiskPath = path
        do { try deployment.accept(call, now: 30) } catch { #expect(!isAccepted) }
        #expect(deployment.state == (isAccepted ? .done : .committed))
    }

    @Test func aCallWithAnotherNonceIsRefused() throws {
        var deployment = try Fixture.committed()
        #expect(throws: DeploymentRefusal.wrongNonce) {
            try deployment.accept(Fixture.call(nonce: "x"), now: 30)
        }
    }

    @Test func aCallBeforeTheCommitIsRefused() throws {
        var deployment = Fixture.deployment()
        _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-1", now: 10)
        #expect(throws: DeploymentRefusal.notPossible(.running)) {
            try deployment.accept(Fixture.call(), now: 30)
        }
    }

    @Test func aRepeatedCallChangesNothing() throws {
        var deployment = try Fixture.committed()
        try deployment.accept(Fixture.call(), now: 30)
        let before = deployment
        try deployment.accept(Fixture.call(), now: 40)
        #expect(deployment == before)
    }

    @Test func aNewerGreetingVoidsTheOlderAttempt() throws {
        var deployment = Fixture.deployment()
        _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-1", now: 10)
        _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-2", now: 20)
        #expect(throws: DeploymentRefusal.superseded(attempt: 1, newest: 2)) {
            try deployment.finish(.committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 30)
        }
        #expect(deployment.state == .running && deployment.attempt == 2)
    }

    @Test func threeAttemptsAndNoMore() throws {
        var deployment = Fixture.deployment()
        for attempt in 1...3 {
            _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-\(attempt)", now: 10)
        }
        let opening = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-4", now: 20)
        guard case .ended = opening else {
            Issue.record("a fourth attempt was opened")
            return
        }
        #expect(deployment.state == .parked)
    }

    @Test func aDiskErrorIsTriedAgainAndParksAtTheThirdTime() throws {
        var deployment = Fixture.deployment()
        for attempt in 1...3 {
            _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-\(attempt)", now: 10)
            try deployment.finish(
                .failed(phase: .write, code: .diskError, message: "sector 7"), attempt: attempt,
                imageSize: Fixture.imageSize, now: 20)
            #expect(deployment.state == (attempt < 3 ? .waiting : .parked))
        }
    }

    @Test(arguments: [FailureCode.imageUnfit, .manifestRefused, .orderRefused, .diskSelection])
    func whatAnotherAttemptCannotMendEndsAtOnce(code: FailureCode) throws {
        var deployment = Fixture.deployment()
        _ = try deployment.open(inventory: Fixture.inventory(), bootID: "stage-1", now: 10)
        try deployment.finish(
            .failed(phase: .inspect, code: code, message: "no"), attempt: 1, imageSize: Fixture.imageSize, now: 20)
        #expect(deployment.state == .failed)
    }

    @Test(arguments: [0, 2])
    func noDiskOrTwoDisksWriteNothing(count: Int) throws {
        var deployment = Fixture.deployment()
        let disks = (0..<count).map { Fixture.disk(serial: "S\($0)") }
        let opening = try deployment.open(inventory: Fixture.inventory(disks: disks), bootID: "stage-1", now: 10)
        guard case .ended(let failure) = opening else {
            Issue.record("an attempt was opened for \(count) disks")
            return
        }
        #expect(failure.code == .diskSelection)
        #expect(deployment.state == .failed && deployment.attempt == 0)
    }

    @Test func theDiskOfTheOrderNeverChanges() throws {
        var deployment = Fixture.deployment(disk: Fixture.disk())
        let other = Fixture.inventory(disks: [Fixture.disk(serial: "OTHER")])
        guard case .ended(let failure) = try deployment.open(inventory: other, bootID: "stage-1", now: 10) else {
            Issue.record("another disk was taken")
            return
        }
        #expect(failure.message.contains("D1"))
    }

    @Test func anExpiredOrderOpensNothing() throws {
        var deployment = Fixture.deployment()
        #expect(throws: DeploymentRefusal.expired) {
            try deployment.open(inventory: Fixture.inventory(), bootID: "stage-1", now: 1000)
        }
        #expect(deployment.state == .expired)
    }

    @Test func aCancelledOrderOpensNothing() throws {
        var deployment = Fixture.deployment()
        try deployment.cancel(now: 5)
        #expect(throws: DeploymentRefusal.notPossible(.cancelled)) {
            try deployment.open(inventory: Fixture.inventory(), bootID: "stage-1", now: 10)
        }
    }

    @Test func nobodyHasToWaitForACallHomeAndALateOneCounts() throws {
        var deployment = try Fixture.committed()
        try deployment.cancel(now: 30)
        #expect(deployment.state == .failed)
        #expect(deployment.failure?.code == .neverCalledHome)
        #expect(throws: DeploymentRefusal.notPossible(.failed)) { try deployment.cancel(now: 31) }
        try deployment.accept(Fixture.call(), now: 40)
        #expect(deployment.state == .done)
    }

    @Test func aRepeatedCommitIsAccepted() throws {
        var deployment = try Fixture.committed()
        let before = deployment
        try deployment.finish(.committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 40)
        #expect(deployment == before)
    }
}
