import BootServices
import BootTimeline
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct BootEventTests {
    @Test func tellsOfEveryMessageAndItsAnswer() async throws {
        let log = EventLog()
        try await DHCPRig.run(observer: log) { rig in
            let offer = try #require(try await rig.ask(rig.pxeMessage(.discover))).message
            _ = try #require(try await rig.ask(rig.request(offer.yourAddress)))
            let events = try await log.events(4)
            #expect(events.allSatisfy { $0.mac == rig.mac && $0.at == 1_700_000_000_123 })
            var record = DHCPRecord(type: "DISCOVER", interface: TestNetwork.interface)
            record.vendorClass = "PXEClient:Arch:00007:UNDI:003000"
            record.architecture = .x64UEFI
            var answer = record
            answer.type = "OFFER"
            answer.address = DHCPRig.address(10)
            answer.server = DHCPRig.server
            answer.bootFile = "snponly.efi"
            var request = DHCPRecord(type: "REQUEST", interface: TestNetwork.interface)
            request.address = DHCPRig.address(10)
            request.server = DHCPRig.server
            var ack = request
            ack.type = "ACK"
            ack.noBootFile = "it does not boot from the network"
            #expect(
                events.map(\.occurrence) == [.received(record), .answered(answer), .received(request), .answered(ack)])
        }
    }

    @Test func tellsNothingOfAnOrdinaryClientThatIsNotFollowed() async throws {
        let log = EventLog(followsAll: false)
        try await DHCPRig.run(observer: log) { rig in
            _ = try await rig.lease()
            _ = try #require(try await rig.ask(rig.pxeMessage(.discover, id: 300)))
            let first = try #require(try await log.events(1).first)
            guard case .received(let record) = first.occurrence else {
                Issue.record("\(first.occurrence)")
                return
            }
            #expect(record.vendorClass == "PXEClient:Arch:00007:UNDI:003000")
        }
    }

    @Test func tellsThatNoAddressIsLeft() async throws {
        let log = EventLog()
        var plan = try DHCPRig.plan()
        plan.pools = []
        try await DHCPRig.run(plans: [plan], observer: log) { rig in
            try rig.send(rig.message(.discover))
            let events = try await log.events(2)
            #expect(events.last?.unanswered == .poolExhausted)
        }
    }

    @Test(arguments: [SubnetMode.proxy, .authoritative])
    func tellsWhoseSubnetItIs(mode: SubnetMode) async throws {
        let log = EventLog()
        try await DHCPRig.run(plans: [try DHCPRig.plan(mode: mode)], observer: log) { rig in
            var request = rig.pxeMessage(.request)
            request.options.set(KnownOptions.requestedAddress, DHCPRig.address(10))
            request.options.set(KnownOptions.serverIdentifier, DHCPRig.address(2))
            try rig.send(request)
            let events = try await log.events(2)
            #expect(events.last?.unanswered == .anotherServer)
        }
    }

    @Test func tellsThatNoSubnetIsPlanned() async throws {
        let log = EventLog()
        try await DHCPRig.run(plans: [try DHCPRig.remotePlan()], observer: log) { rig in
            try rig.send(rig.message(.discover))
            let events = try await log.events(2)
            #expect(events.last?.unanswered == .noSubnet)
        }
    }

    @Test(arguments: [false, true])
    func tellsThatALeaseWasNotWrittenDown(diskIsLost: Bool) async throws {
        let log = EventLog()
        let failure: any Error =
            diskIsLost ? LeaseDurabilityLost(cause: "fsync: input/output error") : MemoryLeaseStore.DiskFull()
        try await DHCPRig.run(store: MemoryLeaseStore(failure: failure), observer: log) { rig in
            let address = try await rig.offer()
            try rig.send(rig.request(address))
            let events = try await log.events(4)
            #expect(events.last?.unanswered == .storeFailed)
        }
    }

    @Test func tellsOfAnotherMachineAtTheAddress() async throws {
        let log = EventLog()
        try await DHCPRig.run(probe: .milliseconds(200), observer: log) { rig in
            try rig.network.run(on: .client, "address", "add", "10.77.0.10/24", "dev", TestNetwork.interface)
            try rig.send(rig.message(.discover, mac: DHCPRig.mac(1)))
            let events = try await log.events(2)
            guard case .answered(let offer)? = events.last?.occurrence else {
                Issue.record("no answer: \(events)")
                return
            }
            #expect(offer.address == DHCPRig.address(11))
            #expect(offer.conflict == DHCPRig.address(10))
        }
    }

    @Test func tellsOfAProxysAnswer() async throws {
        let log = EventLog()
        try await DHCPRig.run(plans: [try DHCPRig.plan(mode: .proxy)], observer: log) { rig in
            try rig.network.run(on: .client, "address", "add", "10.77.0.150/24", "dev", TestNetwork.interface)
            var request = rig.pxeMessage(.request)
            request.clientAddress = DHCPRig.address(150)
            _ = try #require(try await rig.ask(request, from: DHCPRig.address(150), port: 4011, to: 4011))
            let events = try await log.events(2)
            guard case .answered(let ack)? = events.last?.occurrence else {
                Issue.record("no answer: \(events)")
                return
            }
            #expect(ack.isProxy && ack.port == 4011 && ack.bootFile == "snponly.efi" && ack.address == nil)
        }
    }

    @Test func answersNobodyWhileTheGateIsClosed() async throws {
        let log = EventLog()
        let gate = ForeignServerGate()
        try await DHCPRig.run(gate: gate, observer: log) { rig in
            #expect(gate.set(closed: true, on: TestNetwork.interface))
            try rig.send(rig.message(.discover))
            let events = try await log.events(2)
            #expect(events.last?.unanswered == .networkTaken)
            #expect(gate.set(closed: false, on: TestNetwork.interface))
            let address = try await rig.offer()
            #expect(address == DHCPRig.address(10))
        }
    }
}

extension BootEvent {
    /// Why the message got no answer; nil for every other event.
    fileprivate var unanswered: UnansweredReason? {
        guard case .unanswered(_, let reason, _) = occurrence else { return nil }
        return reason
    }
}
