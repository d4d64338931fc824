import AccessPolicy
import HTTPServices
import HTTPTypes
import NetworkTypes
import Provisioning
import Store
import Testing
import UserAPI

/// Accounts and tokens through the API.
struct AccountTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    @Test func anAccountIsMadeChangedAndRemoved() async throws {
        try await images.serve { api async throws in
            let made: AccountSummary = try await api.post(
                APIRoute.accounts, AccountRequest(name: "alice", role: .member, imageQuota: 3))
            #expect(made.name == "alice" && made.role == .member && made.isEnabled)
            #expect(made.privateImages == QuotaUse(limit: 3, used: 0, remaining: 3))
            let changed: AccountSummary = try await api.patch(
                APIRoute.account("alice"), AccountChange(name: "alice2", role: .operator, imageQuota: 0))
            #expect(changed.id == made.id && changed.name == "alice2" && changed.role == .operator)
            #expect(changed.privateImages.limit == 0)
            let list: Page<AccountSummary> = try await api.get(APIRoute.accounts)
            #expect(list.items.map(\.name) == ["administrator", "alice2"])
            #expect(try await api.status(.delete, APIRoute.account("alice2")) == .noContent)
            #expect(try await api.status(.get, APIRoute.account("alice2")) == .notFound)
        }
    }

    @Test(arguments: [
        (#"{"name": "administrator", "role": "member"}"#, HTTPResponse.Status.conflict),
        (#"{"name": "a-administrator", "role": "member"}"#, .conflict),
        (#"{"name": "a b", "role": "member"}"#, .unprocessableContent),
        (#"{"name": "a", "role": "member", "imageQuota": -1}"#, .unprocessableContent),
        (#"{"name": "a", "role": "king"}"#, .badRequest), (#"{"name": "a"}"#, .badRequest),
        (#"{"name": "a", "role": "member", "quota": 1}"#, .badRequest), ("[", .badRequest), ("", .badRequest),
    ])
    func refusesAnAccount(body: String, expected: HTTPResponse.Status) async throws {
        try await images.serve { api async throws in
            #expect(try await api.status(.post, APIRoute.accounts, Array(body.utf8)) == expected)
        }
    }

    @Test func theLastAdministratorStays() async throws {
        try await images.serve { api async throws in
            let own = APIRoute.account("administrator")
            for change in [AccountChange(role: .member), AccountChange(isEnabled: false)] {
                #expect(try await api.refusal(.patch, own, change).status == .conflict)
            }
            #expect(try await api.status(.delete, own) == .conflict)
            let _: AccountSummary = try await api.post(
                APIRoute.accounts, AccountRequest(name: "second", role: .administrator))
            let changed: AccountSummary = try await api.patch(own, AccountChange(role: .operator))
            #expect(changed.role == .operator)
            #expect(try await api.status(.get, APIRoute.accounts) == .forbidden)
        }
    }

    @Test func aTokenIsShownOnceAndBelongsToItsAccount() async throws {
        let alice = try await server.account("alice", .member)
        let bob = try await server.account("bob", .member)
        try await images.serve { api async throws in
            let issued: IssuedAPIToken = try await api.as(alice.token).post(
                APIRoute.tokens, APITokenRequest(name: "laptop"))
            #expect(issued.secret.count == 64)
            #expect(issued.token.expires?.seconds == server.now.value + 90 * 86400)
            let own: Page<APITokenSummary> = try await api.as(issued.secret).get(APIRoute.tokens)
            #expect(own.items.map(\.name).sorted() == ["laptop", "test"])
            // Whose it is not does not learn that it exists.
            #expect(try await api.as(bob.token).status(.delete, APIRoute.token(issued.token.id)) == .notFound)
            #expect(try await api.as(bob.token).status(.get, APIRoute.tokens(of: "alice")) == .forbidden)
            let seen: Page<APITokenSummary> = try await api.get(APIRoute.tokens(of: "alice"))
            #expect(seen.items == own.items)
            #expect(try await api.status(.delete, APIRoute.token(issued.token.id)) == .noContent)
            #expect(try await api.as(issued.secret).status(.get, APIRoute.ownAccount) == .unauthorized)
        }
    }

    @Test(arguments: [-1, 3651])
    func refusesATokensDays(days: Int) async throws {
        try await images.serve { api async throws in
            let refusal = try await api.refusal(.post, APIRoute.tokens, APITokenRequest(name: "a", days: days))
            #expect(refusal.status == .unprocessableContent && refusal.text.contains("3650"))
        }
    }

    @Test func onlyHashesOfTokensAreStored() async throws {
        let token = try await server.provisioner.makeAPIToken(name: "a")
        let stored = try await server.store.read { try $0.apiTokens(accountID: Account.firstID).map(\.hash) }
        #expect(stored == [BearerSecret.hash(token)])
        #expect(!stored.contains(token))
    }

    @Test func disablingCancelsWhatNoHostHasBegun() async throws {
        let alice = try await server.account("alice", .member)
        _ = try await server.addImage()
        _ = try await server.greet()
        let host = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.provisioner.assign(host: host.name, to: "alice")
        try await images.serve { api async throws in
            let _: ImageRevision = try await api.patch(
                APIRoute.revision(1, of: "debian-12"), RevisionChange(channel: "stable"))
            let _: ImageDetail = try await api.patch(
                APIRoute.image("debian-12"), ImageChange(visibility: .public))
            let ordered: DeploymentDetail = try await api.as(alice.token).post(
                APIRoute.deployments, DeploymentRequest(host: "db1", image: "debian-12"))
            #expect(ordered.deployment.account == "alice")
            let _: AccountSummary = try await api.patch(APIRoute.account("alice"), AccountChange(isEnabled: false))
            let after: DeploymentDetail = try await api.get(APIRoute.deployment(ordered.deployment.id))
            #expect(after.deployment.state == DeploymentStateName(rawValue: "cancelled"))
            #expect(try await api.as(alice.token).status(.get, APIRoute.ownAccount) == .unauthorized)
            let _: AccountSummary = try await api.patch(APIRoute.account("alice"), AccountChange(isEnabled: true))
            #expect(try await api.as(alice.token).status(.get, APIRoute.ownAccount) == .ok)
        }
    }

    @Test func anAccountDoesNotGoWhileOneOfItsHostsIsWritten() async throws {
        let deployment = try await server.orderedHost()
        _ = try await server.greet(Installation.greeting(bootID: "boot-2"))
        #expect(try await server.deployment(deployment.id)?.state == .running)
        let second = try await server.account("second", .administrator)
        try await images.serve { api async throws in
            let path = APIRoute.removal(ofAccount: "administrator", moveImagesTo: "second")
            #expect(try await api.as(second.token).status(.delete, path) == .conflict)
            _ = try await server.cancel(deployment.id)
            #expect(try await api.as(second.token).status(.delete, path) == .noContent)
            let image: ImageDetail = try await api.as(second.token).get(APIRoute.image("debian-12"))
            #expect(image.image.owner == "second")
        }
    }

    @Test func theFateOfItsImagesIsSaid() async throws {
        let alice = try await server.account("alice", .member)
        _ = try await server.account("bob", .member)
        try await images.serve { api async throws in
            for name in ["a", "b"] {
                let detail = try await api.as(alice.token).upload(
                    [UInt8](repeating: name == "a" ? 1 : 2, count: 1 << 20), "image=\(name)&format=raw")
                #expect(try await api.as(alice.token).end(detail.id).state == .done)
            }
            // An import that is under way has a place for an image that nobody sees.
            let made = Image(id: "im-made", ownerID: alice.id, name: "made", createdAt: 0)
            try await server.store.write { try $0.save(made) }
            #expect(try await api.status(.delete, APIRoute.account("alice")) == .conflict)
            let own = APIRoute.removal(ofAccount: "alice", moveImagesTo: "alice")
            #expect(try await api.status(.delete, own) == .unprocessableContent)
            let heir = APIRoute.removal(ofAccount: "alice", moveImagesTo: "bob")
            #expect(try await api.status(.delete, heir) == .noContent)
            let bobs: Page<ImageSummary> = try await api.get(APIRoute.images(owner: "bob"))
            #expect(bobs.items.map(\.name) == ["a", "b"])
            #expect(try await server.store.read { try $0.images().map(\.name) } == ["a", "b"])
            #expect(
                try await api.status(.delete, APIRoute.removal(ofAccount: "bob", removeImages: true)) == .noContent)
            let rest: Page<ImageSummary> = try await api.get(APIRoute.images)
            #expect(rest.items.isEmpty)
        }
    }
}
