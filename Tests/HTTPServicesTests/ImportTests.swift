import Crypto
import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFormat
import ImageStore
import NIOCore
import Provisioning
import Store
import Synchronization
import Testing
import UserAPI

/// Imports through the API, with the real image store.
struct ImportTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    @Test func anUploadBecomesARevision() async throws {
        try await images.serve { api async throws in
            let disk = [UInt8](repeating: 7, count: 3 << 20)
            let detail = try await api.upload(disk, "image=debian-12&format=raw")
            #expect(detail.state == .waiting || detail.state == .running || detail.state == .done)
            let done = try await api.end(detail.id)
            #expect(done.state == .done)
            #expect(done.revision == 1)
            let image: ImageDetail = try await api.get(APIRoute.image("debian-12"))
            #expect(image.revisions.map(\.number) == [1])
            #expect(image.revisions.first?.diskSize == 3 << 20)
            #expect(image.image.owner == "administrator" && image.image.visibility == .private)
            let list: Page<ImageSummary> = try await api.get(APIRoute.images)
            #expect(list.items.map(\.name) == ["debian-12"])
            #expect(try images.spooled() == 0)
        }
    }

    @Test func aFileOnTheServerBecomesTheNextRevision() async throws {
        let path = try images.file("disk", [UInt8](repeating: 7, count: 1 << 20))
        try await images.serve { api async throws in
            for number in 1...2 {
                let detail = try await api.order(ImageImportRequest(name: "a", format: "raw", source: path))
                #expect(try await api.end(detail.id).revision == number)
            }
            let tasks: Page<TaskDetail> = try await api.get(APIRoute.tasks)
            #expect(tasks.items.map(\.revision) == [2, 1])
        }
    }

    @Test func aFailedImportSaysWhyAndKeepsTheUpload() async throws {
        try await images.serve { api async throws in
            let disk = [UInt8](repeating: 7, count: 1 << 20)
            let upload = try await api.send(disk)
            let wrong = try await api.order(
                ImportAPI.order("image=a&format=raw&compression=gz", source: "upload:\(upload)"))
            let ended = try await api.end(wrong.id)
            #expect(ended.state == .failed)
            #expect(ended.failure?.contains("gz stream") == true)
            #expect(try await api.status(.get, APIRoute.image("a")) == .notFound)
            #expect(try await images.chunkCount() == 0)
            // It was declared wrong: nothing has to be sent again.
            let right = try await api.order(ImportAPI.order("image=a&format=raw", source: "upload:\(upload)"))
            #expect(try await api.end(right.id).state == .done)
            #expect(try await api.status(.get, APIRoute.upload(upload)) == .notFound)
            #expect(try images.spooled() == 0)
        }
    }

    @Test(arguments: [
        "image=a/b&format=raw", "image=&format=raw", "image=a&format=vdi", "image=a",
        "image=a&format=raw&compression=lz4", "image=a&format=raw&sha256=abc",
    ])
    func refusesAnOrder(query: String) async throws {
        try await images.serve { api async throws in
            let order = ImportAPI.order(query, source: "upload:\(try await api.send([1, 2, 3]))")
            #expect(try await api.refusal(.post, APIRoute.imports, order).status == .unprocessableContent)
            let tasks: Page<TaskDetail> = try await api.get(APIRoute.tasks)
            #expect(tasks.items.isEmpty)
        }
    }

    @Test func refusesAnUploadOfAnotherDigest() async throws {
        let digest = ChunkDigest(of: [UInt8]()).description
        try await images.serve { api async throws in
            let detail = try await api.upload([1, 2, 3], "image=a&format=raw&sha256=\(digest)")
            let ended = try await api.end(detail.id)
            #expect(ended.state == .failed && ended.failure?.contains("expected \(digest)") == true)
        }
    }

    @Test(arguments: [0, 1001, UInt64.max])
    func refusesASize(size: UInt64) async throws {
        let small = try ImageInstallation(
            provisioner: server.provisioner, limits: ImportLimits(maximumSourceSize: 1000))
        try await small.serve { api async throws in
            let refusal = try await api.refusal(.post, APIRoute.uploads, UploadRequest(size: size))
            #expect(refusal.status == .unprocessableContent && refusal.text.contains("1 to 1000 bytes"))
            #expect(try small.spooled() == 0)
        }
    }

    @Test func theUploadsOfAnAccountHaveABoundTogether() async throws {
        let alice = try await server.account("alice", .member)
        let small = try ImageInstallation(
            provisioner: server.provisioner, limits: ImportLimits(maximumSourceSize: 1000))
        try await small.serve { api async throws in
            let first: UploadDetail = try await api.post(APIRoute.uploads, UploadRequest(size: 600))
            let refusal = try await api.refusal(.post, APIRoute.uploads, UploadRequest(size: 401))
            #expect(refusal.status == .conflict && refusal.text.contains("of which 600 are taken"))
            let _: UploadDetail = try await api.as(alice.token).post(APIRoute.uploads, UploadRequest(size: 1000))
            #expect(try await api.status(.delete, APIRoute.upload(first.id)) == .noContent)
            let _: UploadDetail = try await api.post(APIRoute.uploads, UploadRequest(size: 401))
        }
    }

    @Test func anUploadGoesOnWhereItWas() async throws {
        let disk = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 / 512) }
        try await images.serve { api async throws in
            let begun: UploadDetail = try await api.post(APIRoute.uploads, UploadRequest(size: UInt64(disk.count)))
            #expect(begun.offset == 0)
            func append(_ range: Range<Int>, at offset: Int? = nil) async throws -> HTTPResponse.Status {
                try await api.status(
                    .patch, APIRoute.upload(begun.id, from: UInt64(offset ?? range.lowerBound)), Array(disk[range]))
            }
            #expect(try await append(0..<1000) == .ok)
            // A piece that came already, and one that leaves a gap.
            #expect(try await append(0..<1000) == .conflict)
            #expect(try await append(2000..<3000) == .conflict)
            #expect(try await append(1000..<(2 << 20)) == .ok)
            let order = ImportAPI.order("image=a&format=raw", source: "upload:\(begun.id)")
            #expect(try await api.refusal(.post, APIRoute.imports, order).status == .conflict)
            // More than was announced.
            let more = disk[(2 << 20)...] + [1]
            #expect(
                try await api.status(.patch, APIRoute.upload(begun.id, from: 2 << 20), Array(more))
                    == .unprocessableContent)
            let half: UploadDetail = try await api.get(APIRoute.upload(begun.id))
            #expect(try await append(Int(half.offset)..<disk.count) == .ok)
            let task = try await api.order(order)
            #expect(try await api.end(task.id).state == .done)
        }
    }

    @Test func anUploadDoesNotExistForOthers() async throws {
        let alice = try await server.account("alice", .member)
        try await images.serve { api async throws in
            let upload = try await api.as(alice.token).send([1, 2, 3])
            let own: Page<UploadDetail> = try await api.as(alice.token).get(APIRoute.uploads)
            #expect(own.items.map(\.id) == [upload])
            #expect(try await api.status(.get, APIRoute.upload(upload)) == .notFound)
            #expect(try await api.status(.patch, APIRoute.upload(upload, from: 3), [4]) == .notFound)
            #expect(try await api.status(.delete, APIRoute.upload(upload)) == .notFound)
            let order = ImportAPI.order("image=a&format=raw", source: "upload:\(upload)")
            #expect(try await api.refusal(.post, APIRoute.imports, order).status == .notFound)
            #expect(try await api.as(alice.token).status(.delete, APIRoute.upload(upload)) == .noContent)
            #expect(try images.spooled() == 0)
        }
    }

    @Test func anUploadThatNobodyGoesOnWithIsThrownAway() async throws {
        try await images.serve { api async throws in
            let upload = try await api.send([1, 2, 3])
            server.now.advance(by: 7 * 86400 - 1)
            try await images.services.endOverdue()
            #expect(try await api.status(.get, APIRoute.upload(upload)) == .ok)
            server.now.advance(by: 1)
            try await images.services.endOverdue()
            #expect(try await api.status(.get, APIRoute.upload(upload)) == .notFound)
            #expect(try images.spooled() == 0)
        }
    }

    @Test func aTaskDoesNotExistForOthers() async throws {
        let alice = try await server.account("alice", .member)
        let helper = try await server.account("helper", .operator)
        try await images.serve { api async throws in
            let task = try await api.as(alice.token).upload([UInt8](repeating: 1, count: 1 << 20), "image=a&format=raw")
            #expect(try await api.as(helper.token).status(.get, APIRoute.task(task.id)) == .notFound)
            #expect(try await api.as(helper.token).status(.delete, APIRoute.task(task.id)) == .notFound)
            let others: Page<TaskDetail> = try await api.as(helper.token).get(APIRoute.tasks)
            #expect(others.items.isEmpty)
            #expect(try await api.end(task.id).state == .done)
        }
    }

    /// The server ends while an import runs; the next one begins it again, from the upload that it kept.
    @Test func anImportGoesOnAfterARestart() async throws {
        let gate = HeldInspector()
        let held = try ImageInstallation(provisioner: server.provisioner, inspector: gate)
        let upload = Mutex("")
        try await held.serve { api async throws in
            let detail = try await api.upload([UInt8](repeating: 5, count: 1 << 20), "image=a&format=raw")
            await gate.waitUntilEntered()
            upload.withLock { $0 = detail.id }
        }
        let id = upload.withLock { $0 }
        #expect(try await server.store.read { try $0.task(id: id)?.state } == .running)
        let next = try ImageInstallation(provisioner: server.provisioner, directory: held.directory)
        try await next.serve { api async throws in
            let ended = try await api.end(id)
            #expect(ended.state == .done && ended.revision == 1, "\(ended.failure ?? "")")
            #expect(try next.spooled() == 0)
        }
    }

    @Test(arguments: ["relative", "ftp://127.0.0.1/a", ""])
    func refusesASource(source: String) async throws {
        try await images.serve { api async throws in
            let body = try JSONEncoder().encode(ImageImportRequest(name: "a", format: "raw", source: source))
            #expect(try await api.status(.post, APIRoute.imports, Array(body)) == .unprocessableContent)
        }
    }

    @Test func removingAnImageFreesItsChunks() async throws {
        try await images.serve { api async throws in
            let a = try await api.upload([UInt8](repeating: 1, count: 1 << 20), "image=a&format=raw")
            let b = try await api.upload([UInt8](repeating: 2, count: 1 << 20), "image=b&format=raw")
            #expect(try await api.end(a.id).state == .done)
            #expect(try await api.end(b.id).state == .done)
            #expect(try await images.chunkCount() == 2)
            #expect(try await api.status(.delete, APIRoute.image("a")) == .ok)
            #expect(try await images.chunkCount() == 1)
            #expect(try await api.status(.get, APIRoute.image("a")) == .notFound)
            #expect(try await api.status(.delete, APIRoute.image("a")) == .notFound)
            #expect(try await api.status(.delete, APIRoute.revision(2, of: "b")) == .notFound)
            #expect(try await api.status(.delete, APIRoute.revision(1, of: "b")) == .ok)
            #expect(try await images.chunkCount() == 0)
        }
    }

    @Test func keepsAnImageThatADeploymentNeeds() async throws {
        let deployment = try await server.orderedHost()
        try await images.serve { api async throws in
            #expect(try await api.status(.delete, APIRoute.image("debian-12")) == .conflict)
            #expect(try await api.status(.delete, APIRoute.revision(1, of: "debian-12")) == .conflict)
            _ = try await server.cancel(deployment.id)
            #expect(try await api.status(.delete, APIRoute.image("debian-12")) == .ok)
        }
    }

    @Test func secretsOfURLsAreNotRecorded() async throws {
        try await images.serve { api async throws in
            let refused = try await api.refusal(
                .post, APIRoute.imports,
                ImageImportRequest(name: "a", format: "raw", source: "https://joe:swordfish@127.0.0.1:1/x"))
            #expect(refused.status == .unprocessableContent)
            let task = try await api.order(
                ImageImportRequest(name: "a", format: "raw", source: "https://127.0.0.1:1/x?sig=swordfish"))
            #expect(task.subject == "https://127.0.0.1:1/x?…")
            let failure = try #require(try await api.end(task.id).failure)
            #expect(!failure.contains("swordfish"))
            let audit: Page<AuditLine> = try await api.get(APIRoute.audit)
            let bodies = audit.items.compactMap(\.body)
            #expect(bodies.contains { $0.contains("https://127.0.0.1:1/x") })
            #expect(!bodies.contains { $0.contains("swordfish") })
        }
    }

    @Test func aRunningImportCanBeCancelled() async throws {
        let gate = HeldInspector()
        let held = try ImageInstallation(provisioner: server.provisioner, inspector: gate)
        try await held.serve { api async throws in
            let detail = try await api.upload([UInt8](repeating: 1, count: 1 << 20), "image=a&format=raw")
            await gate.waitUntilEntered()
            let running: TaskDetail = try await api.get(APIRoute.task(detail.id))
            #expect(running.state == .running)
            #expect(running.phase == "inspecting")
            #expect(try await api.status(.delete, APIRoute.task(detail.id)) == .noContent)
            #expect(try await api.end(detail.id).state == .cancelled)
            #expect(try await api.status(.delete, APIRoute.task(detail.id)) == .conflict)
            #expect(try await held.chunkCount() == 0)
            #expect(try held.spooled() == 0)
        }
    }

    @Test func aQueueThatIsFullTakesNoMore() async throws {
        let gate = HeldInspector()
        let held = try ImageInstallation(provisioner: server.provisioner, inspector: gate, waitingLimit: 1)
        let path = try held.file("disk", [UInt8](repeating: 7, count: 1 << 20))
        try await held.serve { api async throws in
            let order = ImageImportRequest(name: "a", format: "raw", source: path)
            let first = try await api.order(order)
            await gate.waitUntilEntered()
            let second = try await api.order(order)
            #expect(try await api.status(.post, APIRoute.imports, Array(JSONEncoder().encode(order))) == .conflict)
            #expect(try await api.status(.delete, APIRoute.task(second.id)) == .noContent)
            #expect(try await api.end(second.id).state == .cancelled)
            #expect(try await api.status(.delete, APIRoute.task(first.id)) == .noContent)
            #expect(try await api.end(first.id).state == .cancelled)
        }
    }
}
