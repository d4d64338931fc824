import AgentProtocol
import FoundationEssentials
import HTTPServices
import ImageFormat
import NetworkTypes
import Provisioning
import Store
import Testing
import UserAPI

struct ProvisionerTests {
    let server: Installation

    init() throws { server = try Installation() }

    @Test func anUnknownHostIsInventoriedAndWaits() async throws {
        let welcome = try await server.greet()
        guard case .wait = welcome.assignment else { throw TestFailure("\(welcome.assignment)") }
        let hosts = try await server.store.read { try $0.hosts() }
        #expect(hosts.count == 1 && hosts[0].standing == .discovered && hosts[0].inventory != nil)
    }

    @Test func aBootTokenIsGoodForOneGreeting() async throws {
        let token = try #require(try await server.bootToken())
        _ = try await server.provisioner.greet(Installation.greeting(), bootToken: token, serverURL: "")
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.greet(Installation.greeting(), bootToken: token, serverURL: "")
        }
    }

    @Test func aGreetingVoidsTheOtherTokensOfTheHost() async throws {
        let first = try #require(try await server.bootToken())
        let second = try #require(try await server.bootToken())
        _ = try await server.provisioner.greet(Installation.greeting(), bootToken: second, serverURL: "")
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.greet(Installation.greeting(), bootToken: first, serverURL: "")
        }
    }

    @Test func aBootTokenExpires() async throws {
        let token = try #require(try await server.bootToken())
        server.now.advance(by: 30 * 60)
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.greet(Installation.greeting(), bootToken: token, serverURL: "")
        }
    }

    @Test func anotherHostsTokenIsRefused() async throws {
        let token = try #require(try await server.bootToken(Installation.otherMAC))
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.greet(Installation.greeting(), bootToken: token, serverURL: "")
        }
        let hosts = try await server.store.read { try $0.hosts() }
        #expect(hosts.isEmpty)
    }

    @Test func anAcceptedHostGetsItsSignedOrder() async throws {
        let deployment = try await server.orderedHost()
        let order = try #require(try server.order(in: await server.greet().assignment))
        #expect(order.deploymentID == deployment.id && order.manifest == deployment.manifest)
        #expect(order.disk.serial == "D1" && order.host.macs == [Installation.mac])
    }

    @Test func aWaitingStageTakesAnOrderWithoutAReboot() async throws {
        _ = try await server.addImage()
        let welcome = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.order(host: "db1")
        let session = try await server.provisioner.session(token: welcome.sessionToken)
        let assignment = try await server.provisioner.assignment(session, serverURL: "")
        #expect(try server.order(in: assignment) != nil)
    }

    @Test func noOrderIsTakenForAHostThatNobodyAccepted() async throws {
        _ = try await server.addImage()
        _ = try await server.greet()
        await #expect(throws: ProvisioningError.self) { try await server.order(host: Installation.mac.description) }
    }

    @Test func anOlderAttemptIsRefusedAfterANewerGreeting() async throws {
        let deployment = try await server.orderedHost()
        let first = try await server.greet(Installation.greeting(bootID: "boot-a"))
        let old = try await server.provisioner.session(token: first.sessionToken)
        _ = try await server.greet(Installation.greeting(bootID: "boot-b"))
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.session(token: first.sessionToken)
        }
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.record(.committed(Installation.proof), session: old)
        }
        let state = try await server.deployment(deployment.id)
        #expect(state?.state == .running && state?.attempt == 2)
    }

    @Test func theFourthAttemptParksTheHost() async throws {
        let deployment = try await server.orderedHost()
        for _ in 1...3 { #expect(try server.order(in: await server.greet().assignment) != nil) }
        guard case .wait = try await server.greet().assignment else { throw TestFailure("no idle order") }
        #expect(try await server.deployment(deployment.id)?.state == .parked)
    }

    @Test(arguments: [DeploymentState.cancelled, .expired, .committed])
    func aGreetingAfterTheEndGetsNoOrder(state: DeploymentState) async throws {
        let deployment = try await server.orderedHost()
        let token = try #require(try await server.bootToken())
        switch state {
        case .cancelled: _ = try await server.cancel(deployment.id)
        case .expired: server.now.advance(by: 24 * 3600 + 1)
        default: try await commit()
        }
        let fresh = try await server.bootToken() ?? token
        do {
            let welcome = try await server.provisioner.greet(
                Installation.greeting(), bootToken: fresh, serverURL: "")
            #expect(try server.order(in: welcome.assignment) == nil)
        } catch is ProvisioningError {
            #expect(state == .committed)
        }
        #expect(try await server.deployment(deployment.id)?.state == state)
    }

    @Test func aCommittedHostStartsItsOwnDisk() async throws {
        _ = try await server.orderedHost()
        try await commit()
        #expect(try await server.provisioner.bootPlan(mac: Installation.mac) == .localDisk)
    }

    @Test func aProtectedHostStartsItsOwnDiskAndTakesNoOrder() async throws {
        _ = try await server.addImage()
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.protect(host: "db1", isProtected: true)
        #expect(try await server.provisioner.bootPlan(mac: Installation.mac) == .localDisk)
        await #expect(throws: ProvisioningError.self) { try await server.order(host: "db1") }
    }

    @Test func theStageCannotCallHomeWithTheNonce() async throws {
        let deployment = try await server.orderedHost()
        try await commit(bootID: "boot-stage")
        await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.record(call(deployment, bootID: "boot-stage"))
        }
        #expect(try await server.deployment(deployment.id)?.state == .committed)
        try await server.provisioner.record(call(deployment, bootID: "boot-system"))
        #expect(try await server.deployment(deployment.id)?.state == .done)
        let receipt = try await server.store.read { try $0.receipt(deploymentID: deployment.id) }
        #expect(receipt?.contains(deployment.id) == true)
    }

    @Test(arguments: [false, true]) func whoRemovesAnImageLearnsWhoUsesIt(byItsLastRevision: Bool) async throws {
        let deployment = try await server.orderedHost()
        try await commit(bootID: "boot-stage")
        try await server.provisioner.record(call(deployment, bootID: "boot-system"))
        let bob = try await server.account("bob", .member)
        let images = try ImageInstallation(provisioner: server.provisioner)
        try await images.serve { api async throws in
            let offer: ShareDetail = try await api.post(
                APIRoute.shares, ShareRequest(image: "debian-12", receiver: "bob"))
            let answer = ShareChange(state: .accepted)
            let _: ShareDetail = try await api.as(bob.token).patch(APIRoute.share(offer.id), answer)
            let hosts: Page<ImageUse> = try await api.get(APIRoute.hosts(ofImage: "debian-12"))
            #expect(hosts.items.map(\.hostName) == ["db1"] && hosts.items.map(\.revision) == [1])
            // Whose host it is not learns nothing of it.
            let seen: Page<ImageUse> = try await api.as(bob.token).get(APIRoute.hosts(ofImage: "debian-12"))
            #expect(seen.items.isEmpty)
            let path = byItsLastRevision ? APIRoute.revision(1, of: "debian-12") : APIRoute.image("debian-12")
            let removal: ImageRemoval = try await api.delete(path)
            #expect(removal == ImageRemoval(hosts: hosts.items, receivers: ["bob"]))
        }
    }

    @Test func theSignedReceiptTellsWhatWasWrittenWhere() async throws {
        let deployment = try await server.orderedHost()
        try await commit(bootID: "boot-stage")
        server.now.advance(by: 60)
        try await server.provisioner.record(call(deployment, bootID: "boot-system"))
        let stored = try await server.store.read { try $0.receipt(deploymentID: deployment.id) }
        let text = try #require(stored)
        let receipt = try JSONDecoder().decode(Receipt.self, from: Data(text.utf8))
        #expect(receipt.kind == Receipt.kindName && receipt.deploymentID == deployment.id && receipt.outcome == .done)
        #expect(receipt.hostName == "db1" && receipt.macs == [Installation.mac])
        #expect(receipt.image == "debian-12" && receipt.revision == 1 && receipt.manifest == deployment.manifest)
        #expect(receipt.disk.serial == "D1" && receipt.rootDiskSerial == "D1")
        #expect(receipt.proof == Installation.proof && receipt.attempt == 1)
        #expect(receipt.stageBootID == "boot-stage" && receipt.installedBootID == "boot-system")
        #expect(receipt.calledHome.seconds == receipt.committed.seconds + 60)
        #expect(receipt.nonceDigest == ChunkDigest(of: Array(deployment.nonce.utf8)))
        #expect(!text.contains(deployment.nonce))
    }

    @Test(arguments: [("D1", UInt64(0)), ("D1", Installation.imageSize - 1), ("D2", Installation.imageSize)])
    func aCommitWithoutAProofIsRefused(disk: String, verified: UInt64) async throws {
        let deployment = try await server.orderedHost()
        let session = try await session(server.greet())
        var proof = Installation.proof
        proof.diskIdentity = disk
        proof.bytesVerified = verified
        let refusal = await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.record(.committed(proof), session: session)
        }
        let ended = try #require(try await server.deployment(deployment.id))
        #expect(ended.state == .failed && ended.proof == nil)
        #expect(refusal?.kind == .conflict && refusal?.description == ended.failure?.message)
        #expect(try await server.bootToken() != nil, "a disk that nobody proved is not started")
        #expect(try server.order(in: await server.greet().assignment) == nil)
    }

    @Test func aSecondDeploymentMayReplaceWhatTheFirstWrote() async throws {
        let first = try await server.orderedHost()
        try await commit()
        try await server.provisioner.record(call(first, bootID: "boot-system"))
        #expect(!first.mayOverwrite)
        #expect(try await server.order(host: "db1").mayOverwrite)
    }

    @Test func aDeployedHostThatLostItsDiskStartsTheStage() async throws {
        let first = try await server.orderedHost()
        try await commit()
        try await server.provisioner.record(call(first, bootID: "boot-system"))
        let second = try await server.order(host: "db1")
        let welcome = try await server.greet()
        let session = try await server.provisioner.session(token: welcome.sessionToken)
        try await server.provisioner.record(
            EventBatch(events: [.phaseStarted(.invalidate)]), session: session)
        _ = try await server.cancel(second.id)
        #expect(try await server.bootToken() != nil)
    }

    @Test func twoHostsCannotShareAMACAddress() async throws {
        _ = try await server.greet()
        var inventory = Installation.inventory(mac: Installation.otherMAC)
        inventory.nics.append(NIC(name: "eth1", mac: Installation.mac, driver: nil, hasLink: true, speed: nil))
        await #expect(throws: ProvisioningError.self) {
            try await server.greet(
                Greeting(bootID: "b", bootMAC: Installation.otherMAC, inventory: inventory))
        }
    }

    private func commit(bootID: String = "boot-1") async throws {
        let session = try await session(server.greet(Installation.greeting(bootID: bootID)))
        try await server.provisioner.record(.committed(Installation.proof), session: session)
    }

    private func session(_ welcome: Welcome) async throws -> SessionRecord {
        try await server.provisioner.session(token: welcome.sessionToken)
    }

    private func call(_ deployment: Deployment, bootID: String) -> CallHome {
        CallHome(
            deploymentID: deployment.id, nonce: deployment.nonce, bootID: bootID, machineID: "m",
            rootDiskSerial: "D1", rootDiskPath: "", cloudInitStatus: "done", cloudInitErrors: [])
    }
}
