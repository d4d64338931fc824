import AgentProtocol
import Provisioning
import Testing

struct ProofTests {
    private func finished(_ proof: WriteProof, imageSize: UInt64? = Fixture.imageSize) throws -> Deployment {
        var deployment = try Fixture.running()
        try deployment.finish(.committed(proof), attempt: 1, imageSize: imageSize, now: 20)
        return deployment
    }

    @Test func aProofOfTheWholeImageOnTheOrderedDiskCommits() throws {
        let deployment = try finished(Fixture.proof)
        #expect(deployment.state == .committed && deployment.proof == Fixture.proof && deployment.committedAt == 20)
    }

    @Test(arguments: [0, 1, Fixture.imageSize - 1, Fixture.imageSize + 1])
    func aProofOfAnotherNumberOfBytesFailsTheDeployment(verified: UInt64) throws {
        let deployment = try finished(Fixture.makeProof(verified: verified))
        #expect(deployment.state == .failed && deployment.proof == nil && deployment.committedAt == nil)
        let failure = try #require(deployment.failure)
        #expect(failure.code == .verifyMismatch && failure.phase == .report)
        #expect(failure.message.contains("read \(verified) bytes back, the image has \(Fixture.imageSize)"))
    }

    @Test(arguments: ["D2", "", "d1", "/pci0000:00/D1"])
    func aProofOfAnotherDiskFailsTheDeployment(disk: String) throws {
        let deployment = try finished(Fixture.makeProof(disk: disk))
        #expect(deployment.state == .failed && deployment.proof == nil)
        let failure = try #require(deployment.failure)
        #expect(failure.code == .diskSelection)
        #expect(failure.message.contains("disk '\(disk)', ordered was 'D1'"))
    }

    @Test func aProofOfAnImageThatIsGoneFailsTheDeployment() throws {
        let deployment = try finished(Fixture.proof, imageSize: nil)
        #expect(deployment.state == .failed)
    }

    @Test func nothingFollowsARefusedProof() throws {
        var deployment = try finished(Fixture.makeProof(verified: 0))
        #expect(throws: DeploymentRefusal.notPossible(.failed)) {
            try deployment.finish(.committed(Fixture.proof), attempt: 1, imageSize: Fixture.imageSize, now: 30)
        }
        #expect(throws: DeploymentRefusal.notPossible(.failed)) {
            try deployment.accept(Fixture.call(), now: 30)
        }
        #expect(throws: DeploymentRefusal.notPossible(.failed)) {
            try deployment.open(inventory: Fixture.inventory(), bootID: "stage-2", now: 30)
        }
    }
}
