import BootTimeline
import NetworkTypes
import Testing

struct DiagnosisTests {
    @Test(arguments: Trouble.all)
    func aCauseIsFoundFromItsEvents(trouble: Trouble) throws {
        var boot = Boot()
        trouble.happen(&boot)
        let diagnosis = try #require(boot.diagnosis(trouble.context))
        #expect(diagnosis.code == trouble.code)
        #expect(diagnosis.sentence.contains(trouble.words), "\(diagnosis.sentence)")
        #expect(diagnosis.isTrouble && !diagnosis.advice.isEmpty)
    }

    @Test func everyCauseHasItsEvents() {
        #expect(Set(BootCause.all.map(\.code)) == Set(Trouble.all.map(\.code)))
        #expect(Set(BootCause.all.map(\.code)).count == BootCause.all.count)
    }

    /// A host that comes to its installed system afterwards is over every trouble.
    @Test(arguments: Trouble.all)
    func aHostThatGetsThroughIsDoingWell(trouble: Trouble) throws {
        var boot = Boot()
        trouble.happen(&boot)
        boot.stage()
        boot.note(.phase(deployment: "d-2", name: "write"))
        boot.note(.deploymentEnded(deployment: "d-2", state: "done", message: nil))
        boot.note(.firstBoot(deployment: "d-2"))
        let diagnosis = try #require(boot.diagnosis(trouble.context))
        #expect(diagnosis.code == Diagnosis.ok, "\(diagnosis.sentence)")
        #expect(diagnosis.sentence.contains("called home"))
    }

    @Test func nothingIsSaidOfAHostThatWasNeverHeard() {
        #expect(Boot().diagnosis() == nil)
    }

    @Test func theNewestTroubleWins() throws {
        var boot = Boot()
        boot.takeAddress()
        boot.transfer(.stalled)
        boot.wait(seconds: 30)
        boot.discover()
        boot.note(.unanswered(Boot.message("DISCOVER"), .poolExhausted, detail: ""))
        #expect(try #require(boot.diagnosis()).code == "pool-exhausted")
    }

    @Test func theMoreSpecificTroubleWins() throws {
        var boot = Boot()
        boot.takeAddress()
        boot.note(
            .foreignAnswer(Boot.message("OFFER"), ForeignServer(address: IPv4Address(10, 0, 0, 9), mac: nil)))
        boot.transfer(.stalled)
        #expect(try #require(boot.diagnosis()).code == "tftp-large-blocks-stall")
    }

    @Test func oldTroubleDoesNotExplainANewBoot() throws {
        var boot = Boot()
        boot.takeAddress()
        boot.transfer(.stalled)
        boot.wait(seconds: 3600)
        boot.discover()
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    @Test func anotherServerIsRightNextToAProxy() throws {
        var boot = Boot()
        boot.discover()
        boot.offerByProxy()
        boot.note(
            .foreignAnswer(Boot.message("OFFER"), ForeignServer(address: IPv4Address(10, 0, 0, 9), mac: nil)))
        boot.note(.unanswered(Boot.message("REQUEST"), .rules, detail: "the client talks to another server"))
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    @Test func anInstalledSystemMayHaveItsAddressFromAnotherServer() throws {
        var boot = Boot()
        var request = DHCPRecord(type: "REQUEST", interface: "eth1")
        request.server = IPv4Address(10, 0, 0, 9)
        boot.note(.received(request))
        boot.note(.unanswered(request, .anotherServer, detail: "another server gives addresses there"))
        boot.note(
            .foreignAnswer(
                DHCPRecord(type: "ACK", interface: "eth1"), ForeignServer(address: IPv4Address(10, 0, 0, 9), mac: nil)))
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    @Test func aProxyOfferThatIsTakenUpIsNotIgnored() throws {
        var boot = Boot()
        boot.discover()
        boot.offerByProxy()
        boot.note(.received(Boot.message("REQUEST") { $0.port = 4011 }))
        boot.wait(seconds: 30)
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    /// Firmware ends the first transfer on purpose, once it knows the file's size.
    @Test func aTransferThatFirmwareEndsIsNoTrouble() throws {
        var boot = Boot()
        boot.takeAddress()
        boot.transfer(.aborted)
        boot.transfer(.complete, bytes: 300_000)
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    @Test func anOfferHasItsTime() throws {
        var boot = Boot()
        boot.discover()
        boot.note(.answered(Boot.message("OFFER") { $0.address = Boot.address }))
        boot.wait(seconds: 10)
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    @Test func aHostThatRebootsFromTheStageDoesNotLoop() throws {
        var boot = Boot()
        for _ in 1...5 { boot.stage() }
        #expect(try #require(boot.diagnosis()).code == Diagnosis.ok)
    }

    /// How far a boot came, and words of what is said of it.
    @Test(arguments: Step.all)
    func aHostThatIsDoingWellIsDescribed(step: Step) throws {
        var boot = Boot()
        step.happen(&boot)
        let diagnosis = try #require(boot.diagnosis(step.context))
        #expect(diagnosis.code == Diagnosis.ok && !diagnosis.isTrouble)
        #expect(diagnosis.sentence.contains(step.words), "\(diagnosis.sentence)")
    }

    struct Step: Sendable, CustomTestStringConvertible {
        var words: String
        var context = DiagnosisContext()
        var happen: @Sendable (inout Boot) -> Void

        var testDescription: String { words }

        static let all: [Step] = [
            Step(words: "asks for an address and a boot file") { $0.discover() },
            Step(words: "about to fetch its boot file") { $0.takeAddress() },
            Step(words: "does not boot from the network") { boot in
                boot.note(.received(DHCPRecord(type: "REQUEST", interface: "eth1")))
                boot.note(.answered(DHCPRecord(type: "ACK", interface: "eth1")))
            },
            Step(words: "starts it") { $0.load() },
            Step(words: "loads the stage") { boot in
                boot.load()
                boot.script(.stage)
            },
            Step(words: "told to start its own disk") { boot in
                boot.load()
                boot.script(.localDisk)
            },
            Step(words: "waits to be accepted") { $0.stage() },
            Step(words: "waits for an order", context: DiagnosisContext(isAccepted: true)) { $0.stage() },
            Step(words: "takes its order", context: DiagnosisContext(isAccepted: true, image: "debian-12 revision 1")) {
                $0.stage()
            },
            Step(words: "phase write") { boot in
                boot.stage()
                boot.note(.phase(deployment: "d-1", name: "write"))
            },
            Step(words: "has ended: cancelled") { boot in
                boot.stage()
                boot.note(.phase(deployment: "d-1", name: "write"))
                boot.note(.deploymentEnded(deployment: "d-1", state: "cancelled", message: nil))
            },
        ]
    }
}
