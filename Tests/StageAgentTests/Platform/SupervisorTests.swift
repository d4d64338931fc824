import StageAgent
import Testing

struct SupervisorTests {
    @Test func anOrphanIsOnlyReaped() {
        #expect(SupervisorAction.afterDeath(of: 7, status: 11, agent: 2) == .carryOn)
    }

    @Test func rebootsAtOnceWhenTheAgentIsDone() {
        #expect(
            SupervisorAction.afterDeath(of: 2, status: 0, agent: 2) == .reboot(delay: 0, message: "the agent is done"))
    }

    @Test(arguments: [
        (4, "the agent died of signal 4"), (139, "the agent died of signal 11"), (256, "the agent gave up (status 1)"),
    ])
    func leavesTimeToReadWhyTheAgentDied(status: Int32, message: String) {
        #expect(
            SupervisorAction.afterDeath(of: 2, status: status, agent: 2) == .reboot(delay: 30, message: message))
    }

    @Test func anEndIsWhatTheSupervisorSees() {
        #expect(StageEnd(reason: "", isFailure: false).exitStatus == 0)
        #expect(StageEnd(reason: "", isFailure: true).exitStatus == SupervisorAction.failureStatus)
    }
}
