import AccessPolicy
import HTTPServices
import HTTPTypes
import ImageStore
import Testing
import UserAPI

/// Imports that publish what they make, as refreshes of public images order them.
struct PublishingImportTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    private static let origin = ImageOrigin(recipe: "web", source: "https://images.test/web", fingerprint: "sha256:1")

    /// An order for a new revision of `web`.
    private static func order(
        _ source: String, after: Int? = nil, channel: String? = "stable", origin: ImageOrigin? = origin
    ) -> ImageImportRequest {
        ImageImportRequest(
            name: "web", format: "raw", source: source, origin: origin, channel: channel, after: after)
    }

    private func disk(_ content: UInt8) throws -> String {
        try images.file("disk-\(content)", [UInt8](repeating: content, count: 1 << 20))
    }

    @Test func theRevisionIsPublicWithItsOriginWhenItIsThere() async throws {
        let bob = try await server.account("bob", .viewer)
        let disks = try (disk(1), disk(2))
        try await images.serve { api async throws in
            let first = try await api.end(api.order(Self.order(disks.0, after: 0)).id)
            #expect(first.state == .done && first.revision == 1, "\(first.failure ?? "")")
            var next = Self.origin
            next.fingerprint = "sha256:2"
            let second = try await api.end(
                api.order(Self.order(disks.1, after: 1, channel: "candidate", origin: next)).id)
            #expect(second.revision == 2)

            let seen: ImageDetail = try await api.as(bob.token).get(APIRoute.image("web"))
            #expect(seen.image.visibility == .public && seen.image.latest?.number == 1)
            #expect(seen.revisions.map(\.channel) == ["stable", "candidate"])
            #expect(seen.revisions.map(\.origin) == [Self.origin, next])
        }
        // The next server knows it, too.
        let next = try ImageInstallation(provisioner: server.provisioner, directory: images.directory)
        try await next.serve { api async throws in
            let seen: ImageDetail = try await api.get(APIRoute.image("web"))
            #expect(seen.revisions.first?.origin == Self.origin)
        }
    }

    @Test func anOriginAloneIsKeptAndPublishesNothing() async throws {
        let path = try disk(1)
        try await images.serve { api async throws in
            #expect(try await api.end(api.order(Self.order(path, channel: nil)).id).state == .done)
            let seen: ImageDetail = try await api.get(APIRoute.image("web"))
            #expect(seen.image.visibility == .private && seen.revisions.map(\.channel) == [nil])
            #expect(seen.revisions.map(\.origin) == [Self.origin])
        }
    }

    @Test func onlyAdministratorsPublish() async throws {
        let alice = try await server.account("alice", .member)
        try await images.serve { api async throws in
            let alice = api.as(alice.token)
            let upload = "upload:\(try await alice.send([UInt8](repeating: 1, count: 1 << 20)))"
            let refusal = try await alice.refusal(.post, APIRoute.imports, Self.order(upload))
            #expect(refusal.status == .forbidden && refusal.text.contains("only an administrator publishes"))
            #expect(try await alice.end(alice.order(Self.order(upload, channel: nil)).id).state == .done)
        }
    }

    @Test func whoComparedWithAnotherRevisionIsRefused() async throws {
        let path = try disk(1)
        try await images.serve { api async throws in
            let early = try await api.refusal(.post, APIRoute.imports, Self.order(path, after: 1))
            #expect(early.status == .conflict && early.text.contains("revision of web is 0 by now, not 1"))
            #expect(try await api.end(api.order(Self.order(path, after: 0)).id).state == .done)
            let late = try await api.refusal(.post, APIRoute.imports, Self.order(path, after: 0))
            #expect(late.status == .conflict && late.text.contains("revision of web is 1 by now, not 0"))
            let seen: ImageDetail = try await api.get(APIRoute.image("web"))
            #expect(seen.revisions.count == 1)
        }
    }

    @Test func twoRefreshesAtATimeMakeOneRevision() async throws {
        let gate = HeldInspector()
        let held = try ImageInstallation(provisioner: server.provisioner, inspector: gate)
        let path = try held.file("disk", [UInt8](repeating: 1, count: 1 << 20))
        try await held.serve { api async throws in
            let first = try await api.order(Self.order(path, after: 0))
            await gate.waitUntilEntered()
            let refusal = try await api.refusal(.post, APIRoute.imports, Self.order(path, after: 0))
            #expect(refusal.status == .conflict && refusal.text.contains("\(first.id) makes a revision of web already"))
            #expect(try await api.status(.delete, APIRoute.task(first.id)) == .noContent)
            #expect(try await api.end(first.id).state == .cancelled)
            #expect(try await api.status(.get, APIRoute.image("web")) == .notFound)
        }
    }

    @Test func anotherPublicImageOfTheNameStays() async throws {
        let other = try await server.account("other", .administrator)
        let disks = try (disk(1), disk(2))
        try await images.serve { api async throws in
            let other = api.as(other.token)
            #expect(try await other.end(other.order(Self.order(disks.0)).id).state == .done)
            let refusal = try await api.refusal(.post, APIRoute.imports, Self.order(disks.1))
            #expect(refusal.status == .conflict && refusal.text.contains("there is a public image 'web' already"))
            let list: Page<ImageSummary> = try await api.get(APIRoute.images)
            #expect(list.items.map(\.owner) == ["other"])
        }
    }

    @Test func aFailedImportLeavesWhatIsPublished() async throws {
        let disks = try (disk(1), disk(2))
        try await images.serve { api async throws in
            #expect(try await api.end(api.order(Self.order(disks.0, after: 0)).id).state == .done)
            var wrong = Self.order(disks.1, after: 1)
            wrong.sha256 = String(repeating: "0", count: 64)
            let failed = try await api.end(api.order(wrong).id)
            #expect(failed.state == .failed && failed.failure?.contains("the source's checksum is") == true)
            let seen: ImageDetail = try await api.get(APIRoute.image("web"))
            #expect(seen.revisions.map(\.number) == [1] && seen.image.latest?.channel == "stable")
        }
    }

    @Test func refusesWhatIsNoOrderToPublish() async throws {
        let path = try disk(1)
        try await images.serve { api async throws in
            var orders = [Self.order(path, channel: "beta"), Self.order(path, channel: "none")]
            orders += [
                ImageOrigin(recipe: "a b", source: "x", fingerprint: "y"),
                ImageOrigin(recipe: "a", source: "", fingerprint: "y"),
                ImageOrigin(recipe: "a", source: "x", fingerprint: ""),
                ImageOrigin(recipe: "a", source: "x", fingerprint: String(repeating: "y", count: 201)),
            ].map { Self.order(path, origin: $0) }
            var summed = Self.order(path)
            summed.sha512 = String(repeating: "0", count: 128)
            let short = ["", "00", String(repeating: "F", count: 128)].map { digest in
                var order = Self.order("https://images.test/a")
                order.sha512 = digest
                return order
            }
            for order in orders + short + [summed] {
                #expect(try await api.refusal(.post, APIRoute.imports, order).status == .unprocessableContent)
            }
            let tasks: Page<TaskDetail> = try await api.get(APIRoute.tasks)
            #expect(tasks.items.isEmpty)
        }
    }
}
