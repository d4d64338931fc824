import AccessPolicy
import AgentProtocol
import HTTPServices
import HTTPTypes
import NetworkTypes
import Provisioning
import Testing
import UserAPI

/// Whose images are there for whom, through the API.
struct ImageSharingTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    /// An account's image with one revision of these contents.
    private static func image(_ name: String, _ content: UInt8 = 1, by api: ImportAPI) async throws {
        let detail = try await api.upload([UInt8](repeating: content, count: 1 << 20), "image=\(name)&format=raw")
        let ended = try await api.end(detail.id)
        #expect(ended.state == .done, "\(ended.failure ?? "")")
    }

    /// The names that an account sees, with owner and visibility.
    private static func seen(by api: ImportAPI) async throws -> [String] {
        let page: Page<ImageSummary> = try await api.get(APIRoute.images)
        return page.items.map { "\($0.owner):\($0.name) \($0.visibility.rawValue)" }
    }

    @Test func aPrivateImageDoesNotExistForOthers() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        try await images.serve { api async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            try await Self.image("web", by: alice)
            let detail: ImageDetail = try await alice.get(APIRoute.image("web"))
            #expect(try await Self.seen(by: bob).isEmpty)
            #expect(try await Self.seen(by: api) == ["alice:web private"])
            for name in ["web", "alice:web", detail.image.id] {
                #expect(try await bob.status(.get, APIRoute.image(name)) == .notFound)
                #expect(try await bob.status(.delete, APIRoute.image(name)) == .notFound)
                #expect(
                    try await bob.refusal(.patch, APIRoute.image(name), ImageChange(summary: "x")).status == .notFound)
                let order = DeploymentRequest(host: "db1", image: name)
                #expect(try await bob.refusal(.post, APIRoute.deployments, order).status == .notFound)
            }
            // The same name is free for another account.
            try await Self.image("web", 2, by: bob)
            #expect(try await Self.seen(by: bob) == ["bob:web private"])
        }
    }

    @Test func everybodySeesWhatIsPublishedAndNothingElseOfIt() async throws {
        let bob = try await server.account("bob", .member)
        try await images.serve { api async throws in
            let bob = api.as(bob.token)
            for content in [1, 2, 3] as [UInt8] { try await Self.image("debian", content, by: api) }
            #expect(try await bob.status(.get, APIRoute.image("debian")) == .notFound)
            let _: ImageRevision = try await api.patch(
                APIRoute.revision(1, of: "debian"), RevisionChange(channel: "stable"))
            let _: ImageRevision = try await api.patch(
                APIRoute.revision(2, of: "debian"), RevisionChange(channel: "candidate"))
            let _: ImageDetail = try await api.patch(APIRoute.image("debian"), ImageChange(visibility: .public))
            let seen: ImageDetail = try await bob.get(APIRoute.image("debian"))
            #expect(seen.revisions.map(\.number) == [1, 2])
            #expect(seen.image.latest?.number == 1)
            #expect(seen.image.visibility == .public)
            #expect(try await bob.status(.delete, APIRoute.image("debian")) == .forbidden)
            // Taken back, it is gone for the others.
            let _: ImageDetail = try await api.patch(APIRoute.image("debian"), ImageChange(visibility: .private))
            #expect(try await bob.status(.get, APIRoute.image("debian")) == .notFound)
        }
    }

    @Test func whoLooksAfterHostsTakesWhatIsPublishedLikeEverybody() async throws {
        let op = try await server.account("op", .operator)
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        try await images.serve { api async throws in
            let op = api.as(op.token)
            for content in [1, 2] as [UInt8] { try await Self.image("debian", content, by: api) }
            let _: ImageRevision = try await api.patch(
                APIRoute.revision(1, of: "debian"), RevisionChange(channel: "stable"))
            let _: ImageDetail = try await api.patch(APIRoute.image("debian"), ImageChange(visibility: .public))
            // What is said of the other one is there, its contents are not.
            let seen: ImageDetail = try await op.get(APIRoute.image("debian"))
            #expect(seen.revisions.map(\.number) == [1, 2] && seen.image.latest?.number == 1)
            let manifests = seen.revisions.map { APIRoute.manifest($0.digest) }
            #expect(try await op.status(.get, manifests[0]) == .ok)
            #expect(try await op.status(.get, manifests[1]) == .forbidden)
            let second = DeploymentRequest(host: "db1", image: "debian", revision: 2)
            #expect(try await op.refusal(.post, APIRoute.deployments, second).status == .conflict)
            let newest = DeploymentRequest(host: "db1", image: "debian")
            let taken: DeploymentDetail = try await op.post(APIRoute.deployments, newest)
            #expect(taken.deployment.revision == 1)
        }
    }

    @Test func onlyAnAdministratorPublishes() async throws {
        let alice = try await server.account("alice", .member)
        try await images.serve { api async throws in
            let alice = api.as(alice.token)
            try await Self.image("web", by: alice)
            let publish = ImageChange(visibility: .public)
            #expect(try await alice.refusal(.patch, APIRoute.image("web"), publish).status == .forbidden)
            #expect(try await api.refusal(.patch, APIRoute.image("alice:web"), publish).status == .forbidden)
            let channel = RevisionChange(channel: "stable")
            #expect(try await alice.refusal(.patch, APIRoute.revision(1, of: "web"), channel).status == .forbidden)
        }
    }

    @Test func aShareIsOfferedAcceptedAndRevoked() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        let eve = try await server.account("eve", .member)
        try await images.serve { api async throws in
            let (alice, bob, eve) = (api.as(alice.token), api.as(bob.token), api.as(eve.token))
            try await Self.image("web", by: alice)
            let offer: ShareDetail = try await alice.post(
                APIRoute.shares, ShareRequest(image: "web", receiver: "bob"))
            #expect(offer.state == .offered && offer.image.owner == "alice" && !offer.mayCopy)
            // Offered: its name is there, its contents are not.
            let offered: ImageDetail = try await bob.get(APIRoute.image("web"))
            #expect(offered.image.visibility == .shared && offered.revisions.isEmpty)
            #expect(try await eve.status(.get, APIRoute.share(offer.id)) == .notFound)
            #expect(try await eve.status(.delete, APIRoute.share(offer.id)) == .notFound)
            let answer = ShareChange(state: .accepted)
            #expect(try await alice.refusal(.patch, APIRoute.share(offer.id), answer).status == .forbidden)
            let accepted: ShareDetail = try await bob.patch(APIRoute.share(offer.id), answer)
            #expect(accepted.state == .accepted)
            let shared: ImageDetail = try await bob.get(APIRoute.image("alice:web"))
            #expect(shared.revisions.map(\.number) == [1])
            #expect(
                try await bob.refusal(.patch, APIRoute.share(offer.id), ShareChange(mayCopy: true)).status == .forbidden
            )
            #expect(try await bob.status(.delete, APIRoute.image("alice:web")) == .forbidden)
            let again = ShareRequest(image: "web", receiver: "bob")
            #expect(try await alice.refusal(.post, APIRoute.shares, again).status == .conflict)
            #expect(
                try await bob.refusal(.post, APIRoute.shares, ShareRequest(image: "alice:web", receiver: "eve")).status
                    == .forbidden)

            #expect(try await alice.status(.delete, APIRoute.share(offer.id)) == .noContent)
            #expect(try await bob.status(.get, APIRoute.image("alice:web")) == .notFound)
        }
    }

    @Test func aRejectedShareCanBeOfferedAgain() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        try await images.serve { api async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            try await Self.image("web", by: alice)
            let request = ShareRequest(image: "web", receiver: "bob")
            let first: ShareDetail = try await alice.post(APIRoute.shares, request)
            let _: ShareDetail = try await bob.patch(APIRoute.share(first.id), ShareChange(state: .rejected))
            #expect(try await bob.status(.get, APIRoute.image("web")) == .notFound)
            let second: ShareDetail = try await alice.post(APIRoute.shares, request)
            #expect(second.id != first.id && second.state == .offered)
        }
    }

    @Test func aShareEndsWithItsDate() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        try await images.serve { api async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            try await Self.image("web", by: alice)
            let past = ShareRequest(image: "web", receiver: "bob", expires: Timestamp(server.now.value))
            #expect(try await alice.refusal(.post, APIRoute.shares, past).status == .unprocessableContent)
            let share: ShareDetail = try await alice.post(
                APIRoute.shares,
                ShareRequest(image: "web", receiver: "bob", expires: Timestamp(server.now.value + 60)))
            let _: ShareDetail = try await bob.patch(APIRoute.share(share.id), ShareChange(state: .accepted))
            #expect(try await bob.status(.get, APIRoute.image("web")) == .ok)
            server.now.advance(by: 60)
            #expect(try await bob.status(.get, APIRoute.image("web")) == .notFound)
            #expect(
                try await bob.refusal(.patch, APIRoute.share(share.id), ShareChange(state: .accepted)).status
                    == .conflict)
        }
    }

    @Test(
        "T30: with the share goes what the receiver has under way", arguments: ["revoke", "reject", "expire"],
        [false, true])
    func withTheShareGoesWhatTheReceiverHasUnderWay(how: String, isRunning: Bool) async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        _ = try await server.greet()
        let host = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.assign(host: host.name, to: "bob")
        let shares = ShareDesk(provisioner: server.provisioner)
        try await images.serve { api async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            try await Self.image("web", by: alice)
            let share: ShareDetail = try await alice.post(
                APIRoute.shares,
                ShareRequest(image: "web", receiver: "bob", expires: Timestamp(server.now.value + 60)))
            let order = DeploymentRequest(host: "db1", image: "web")
            #expect(try await bob.refusal(.post, APIRoute.deployments, order).status == .forbidden)
            let _: ShareDetail = try await bob.patch(APIRoute.share(share.id), ShareChange(state: .accepted))
            let ordered: DeploymentDetail = try await bob.post(APIRoute.deployments, order)
            let id = ordered.deployment.id
            if isRunning {
                let token = try await server.greet(Installation.greeting(bootID: "boot-2")).sessionToken
                let session = try await server.provisioner.session(token: token)
                _ = try await server.provisioner.assignment(session, serverURL: "")
            }
            let state = try await server.deployment(id)?.state
            #expect(state?.isOpen == true && (state == .waiting) == !isRunning)
            switch how {
            case "revoke": #expect(try await alice.status(.delete, APIRoute.share(share.id)) == .noContent)
            case "reject":
                let _: ShareDetail = try await bob.patch(APIRoute.share(share.id), ShareChange(state: .rejected))
            default:
                try await shares.endExpired()
                #expect(try await server.deployment(id)?.state == state)
                server.now.advance(by: 60)
                try await shares.endExpired()
            }
            #expect(try await server.deployment(id)?.state == .cancelled)
        }
    }

    @Test func ofSeveralSharedImagesOfOneNameTheOwnerIsSaid() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        let eve = try await server.account("eve", .member)
        try await images.serve { api async throws in
            let (alice, bob, eve) = (api.as(alice.token), api.as(bob.token), api.as(eve.token))
            for owner in [alice, eve] {
                try await Self.image("web", by: owner)
                let share: ShareDetail = try await owner.post(
                    APIRoute.shares, ShareRequest(image: "web", receiver: "bob"))
                let _: ShareDetail = try await bob.patch(APIRoute.share(share.id), ShareChange(state: .accepted))
            }
            #expect(try await bob.status(.get, APIRoute.image("web")) == .conflict)
            let found: ImageDetail = try await bob.get(APIRoute.image("eve:web"))
            #expect(found.image.owner == "eve")
            // One of its own comes first.
            try await Self.image("web", 3, by: bob)
            let own: ImageDetail = try await bob.get(APIRoute.image("web"))
            #expect(own.image.owner == "bob")
        }
    }

    @Test func aMemberSeesItsHostsAndItsDeployments() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        let watcher = try await server.account("watcher", .viewer)
        _ = try await server.greet()
        _ = try await server.greet(Installation.greeting(mac: Installation.otherMAC))
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.accept(host: Installation.otherMAC.description, name: "db2")
        try await images.serve { api async throws in
            let (alice, bob) = (api.as(alice.token), api.as(bob.token))
            let assigned: HostDetail = try await api.patch(APIRoute.host("db1"), HostChange(account: "alice"))
            #expect(assigned.host.account == "alice")
            try await Self.image("web", by: alice)
            let order = DeploymentRequest(host: "db1", image: "web")
            let ordered: DeploymentDetail = try await alice.post(APIRoute.deployments, order)
            let other = DeploymentRequest(host: "db2", image: "web")
            #expect(try await alice.refusal(.post, APIRoute.deployments, other).status == .notFound)

            let lists: [(ImportAPI, [String], [String])] = [
                (alice, ["db1"], [ordered.deployment.id]), (bob, [], []),
                (api.as(watcher.token), ["db1", "db2"], [ordered.deployment.id]),
                (api, ["db1", "db2"], [ordered.deployment.id]),
            ]
            for (account, hosts, deployments) in lists {
                let seenHosts: Page<HostSummary> = try await account.get(APIRoute.hosts)
                #expect(seenHosts.items.map(\.name) == hosts)
                let seenDeployments: Page<DeploymentSummary> = try await account.get(APIRoute.deployments)
                #expect(seenDeployments.items.map(\.id) == deployments)
            }
            let id = ordered.deployment.id
            for path in [
                APIRoute.host("db1"), APIRoute.host(Installation.mac.description), APIRoute.deployment(id),
                APIRoute.log(id), APIRoute.events(id), APIRoute.receipt(id),
                APIRoute.host("db1") + "/timeline", APIRoute.host(Installation.mac.description) + "/diagnosis",
            ] {
                #expect(try await bob.status(.get, path) == .notFound, "\(path)")
            }
            #expect(try await bob.status(.post, APIRoute.cancel(id)) == .notFound)
            #expect(try await alice.status(.post, APIRoute.cancel(id)) == .ok)
        }
    }

    @Test func aRetiredImageIsNotDeployed() async throws {
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        try await images.serve { api async throws in
            for content in [1, 2] as [UInt8] { try await Self.image("web", content, by: api) }
            let soon = LifecycleChange(retired: Timestamp(server.now.value + 60))
            let _: ImageRevision = try await api.patch(
                APIRoute.revision(2, of: "web"), RevisionChange(lifecycle: soon))
            server.now.advance(by: 60)
            let second = DeploymentRequest(host: "db1", image: "web", revision: 2)
            #expect(try await api.refusal(.post, APIRoute.deployments, second).status == .conflict)
            let newest = DeploymentRequest(host: "db1", image: "web")
            let taken: DeploymentDetail = try await api.post(APIRoute.deployments, newest)
            #expect(taken.deployment.revision == 1)
            #expect(try await api.status(.post, APIRoute.cancel(taken.deployment.id)) == .ok)
            let _: ImageDetail = try await api.patch(
                APIRoute.image("web"), ImageChange(lifecycle: LifecycleChange(retired: Timestamp(0))))
            #expect(try await api.refusal(.post, APIRoute.deployments, newest).status == .conflict)
        }
    }

    @Test func aProtectedImageStays() async throws {
        try await images.serve { api async throws in
            try await Self.image("web", by: api)
            let _: ImageDetail = try await api.patch(APIRoute.image("web"), ImageChange(isProtected: true))
            #expect(try await api.status(.delete, APIRoute.image("web")) == .conflict)
            #expect(try await api.status(.delete, APIRoute.revision(1, of: "web")) == .conflict)
            let _: ImageDetail = try await api.patch(APIRoute.image("web"), ImageChange(isProtected: false))
            #expect(try await api.status(.delete, APIRoute.image("web")) == .ok)
        }
    }

    @Test func aRemovalIsAnsweredThoughItsChunksTakeLong() async throws {
        let (held, hold) = AsyncStream.makeStream(of: Void.self)
        let images = try ImageInstallation(
            provisioner: server.provisioner, sweepPatience: .milliseconds(10),
            beforeRemoval: { for await _ in held {} })
        try await images.serve { api async throws in
            try await Self.image("web", by: api)
            #expect(try await api.status(.delete, APIRoute.image("web")) == .ok)
            #expect(try await images.chunkCount() == 1)
            hold.finish()
            #expect(try await FaultListener.waitUntil { try await images.chunkCount() == 0 })
        }
    }

    @Test func anImageIsRenamedDescribedAndTagged() async throws {
        try await images.serve { api async throws in
            try await Self.image("web", by: api)
            try await Self.image("db", 2, by: api)
            let changed: ImageDetail = try await api.patch(
                APIRoute.image("web"), ImageChange(name: "www", summary: "the shop", tags: ["b", "a", "b"]))
            #expect(changed.image.name == "www" && changed.image.summary == "the shop")
            #expect(changed.image.tags == ["a", "b"])
            #expect(try await api.status(.get, APIRoute.image("web")) == .notFound)
            for change in [
                ImageChange(name: "db"), ImageChange(name: "a b"), ImageChange(tags: ["a b"]),
                ImageChange(summary: String(repeating: "x", count: 501)),
            ] {
                let status = try await api.refusal(.patch, APIRoute.image("www"), change).status
                #expect(status == .conflict || status == .unprocessableContent)
            }
            let tagged: Page<ImageSummary> = try await api.get(APIRoute.images(tag: "a"))
            #expect(tagged.items.map(\.name) == ["www"])
        }
    }

    @Test func twoHundredOrdersAtOnceEndWithFiftyImages() async throws {
        let boss = try await server.account("boss", .administrator)
        let wide = try ImageInstallation(provisioner: server.provisioner, waitingLimit: 500)
        let path = try wide.file("disk", [UInt8](repeating: 7, count: 1 << 16))
        try await wide.serve { api async throws in
            let boss = api.as(boss.token)
            let taken = try await withThrowingTaskGroup(of: TaskDetail?.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try? await boss.order(ImageImportRequest(name: "i\(number)", format: "raw", source: path))
                    }
                }
                return try await group.reduce(into: []) { all, task in task.map { all.append($0) } }
            }
            #expect(taken.count == 50)
            for task in taken { #expect(try await boss.end(task.id).state == .done) }
            let seen: Page<ImageSummary> = try await boss.get(APIRoute.images(owner: "boss"))
            #expect(seen.items.count == 50)
            let me: AccountSummary = try await boss.get(APIRoute.ownAccount)
            #expect(me.privateImages == QuotaUse(limit: 50, used: 50, remaining: 0))
            // A further revision of one of them needs no place.
            let more = try await boss.order(
                ImageImportRequest(name: seen.items[0].name, format: "raw", source: path))
            #expect(try await boss.end(more.id).state == .done)
        }
    }

    @Test func aFailedImportGivesItsPlaceBack() async throws {
        let alice = try await server.account("alice", .member, quota: 1)
        try await images.serve { api async throws in
            let alice = api.as(alice.token)
            let failing = try await alice.upload(Array("no gzip".utf8), "image=a&format=raw&compression=gz")
            #expect(try await alice.end(failing.id).state == .failed)
            try await Self.image("b", by: alice)
            let refusal = try await alice.refusal(
                .post, APIRoute.imports, ImageImportRequest(name: "c", format: "raw", source: "http://127.0.0.1/x"))
            #expect(refusal.status == .conflict)
            #expect(refusal.text.contains("has 1 private images, and its quota is 1"))
        }
    }

    @Test func onlyAnAdministratorImportsFilesOfTheServer() async throws {
        let member = try await server.account("alice", .member)
        let helper = try await server.account("helper", .operator)
        try await images.serve { api async throws in
            for token in [member.token, helper.token] {
                let refusal = try await api.as(token).refusal(
                    .post, APIRoute.imports, ImageImportRequest(name: "c", format: "raw", source: "/etc/shadow"))
                #expect(refusal.status == .forbidden)
            }
        }
    }
}
