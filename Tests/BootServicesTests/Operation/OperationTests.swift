import BootServices
import DHCP
import LeasePolicy
import NetworkTestSupport
import NetworkTypes
import Testing

/// What an operator does while clients are served.
@Suite struct OperationTests {
    @Test func anotherPlanLosesNoLease() async throws {
        try await DHCPRig.run { rig in
            let address = try await rig.lease()
            var plan = try DHCPRig.plan()
            plan.domain = "other.example"
            await rig.service.replan([try DHCPRig.remotePlan(), plan])
            var renewal = rig.message(.request, id: 300, broadcast: true)
            renewal.clientAddress = address
            let before = await rig.service.statistics.acks
            try rig.send(renewal)
            // The answer goes to an address that this client has not set up: the table tells that it went out.
            var acks = before
            for _ in 0..<100 {
                acks = await rig.service.statistics.acks
                if acks > before { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(acks == before + 1)
            #expect(await rig.service.holder(of: address) == rig.mac)
            let again = try #require(try await rig.ask(rig.message(.discover, id: 301)))
            #expect(again.message.yourAddress == address)
            #expect(try again.message.options.value(KnownOptions.domainName) == "other.example")
        }
    }

    @Test func aFreedLeaseIsOffTheDiskBeforeItIsSaidToBe() async throws {
        let store = MemoryLeaseStore(delay: .milliseconds(100))
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.lease()
            #expect(await rig.service.free(address) == .freed)
            #expect(await store.commits.last == [.remove(address)])
            #expect(await rig.service.free(address) == .nothingThere)
            #expect(await rig.service.leases.isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func aLeaseStaysThatTheStoreDoesNotWriteOff(isLost: Bool) async throws {
        let store = MemoryLeaseStore()
        try await DHCPRig.run(store: store) { rig in
            let address = try await rig.lease()
            await store.fail(with: isLost ? LeaseDurabilityLost(cause: "test") : MemoryLeaseStore.DiskFull())
            #expect(await rig.service.free(address) == .notWritten)
            #expect(await rig.service.holder(of: address) == rig.mac)
            // After a failed fsync nothing is written any more.
            await store.fail(with: nil)
            #expect(await rig.service.free(address) == (isLost ? .notWritten : .freed))
        }
    }
}
