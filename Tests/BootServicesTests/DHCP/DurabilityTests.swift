import BootServices
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

@Suite struct DurabilityTests {
    @Test func acknowledgesNothingThatTheStoreDidNotTake() async throws {
        let store = MemoryLeaseStore(failure: MemoryLeaseStore.DiskFull())
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.offer()
            let answer = try await rig.ask(rig.request(address), within: .milliseconds(500))
            #expect(answer == nil)
            let statistics = await rig.service.statistics
            #expect(statistics.failedCommits == 1 && statistics.withheldAcks == 1 && statistics.acks == 1)

            await store.fail(with: nil)
            let ack = try #require(try await rig.ask(rig.request(address, id: 201)))
            #expect(try ack.message.type == .ack)
            #expect(await store.written.map(\.address) == [address])
        }
    }

    @Test func givesNoLeaseAnyMoreAfterAFailedFsync() async throws {
        let store = MemoryLeaseStore(failure: LeaseDurabilityLost(cause: "fsync: input/output error"))
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.offer()
            let first = try await rig.ask(rig.request(address), within: .milliseconds(500))
            #expect(first == nil)
            await store.fail(with: nil)
            let second = try await rig.ask(rig.request(address, id: 201), within: .milliseconds(500))
            #expect(second == nil)
            let third = try await rig.ask(rig.message(.discover, id: 202), within: .milliseconds(500))
            #expect(third == nil)
            #expect(await rig.service.statistics.isGivingLeases == false)
            #expect(await store.attempts == 1)
        }
    }

    @Test func sendsNoACKBeforeTheLeaseIsOnTheDisk() async throws {
        let store = MemoryLeaseStore(delay: .milliseconds(400))
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.offer()
            let early = try await rig.ask(rig.request(address), within: .milliseconds(250))
            #expect(early == nil)
            #expect(await store.commits.isEmpty)
            let ack = try #require(try await rig.sniffer.next { $0.transactionID == 200 })
            #expect(try ack.message.type == .ack)
            #expect(await store.commits.count == 1)
        }
    }

    @Test func writesTheLeasesOfManyClientsInOneCommit() async throws {
        let store = MemoryLeaseStore(delay: .milliseconds(200))
        try await DHCPRig.run(store: store) { rig in
            let clients = (1...30).map(DHCPRig.mac)
            var addresses: [IPv4Address] = []
            for mac in clients { addresses.append(try await rig.offer(to: mac)) }
            #expect(Set(addresses).count == clients.count)
            for (mac, address) in zip(clients, addresses) { try rig.send(rig.request(address, mac: mac)) }
            var acknowledged: Set<IPv4Address> = []
            while acknowledged.count < clients.count {
                let ack = try #require(try await rig.sniffer.next { $0.transactionID == 200 })
                acknowledged.insert(ack.message.yourAddress)
            }
            #expect(acknowledged == Set(addresses))
            #expect(await store.commits.count <= 4)
            #expect(await store.written.count == clients.count)
        }
    }
}
