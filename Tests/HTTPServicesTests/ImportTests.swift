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
            #expect(done.revision?.number == 1)
            #expect(done.revision?.diskSize == 3 << 20)
            let image: ImageDetail = try await api.get(APIRoute.image("debian-12"))
            #expect(image.revisions == [done.revision])
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
                #expect(try await api.end(detail.id).revision?.number == number)
            }
            let imports: Page<ImportDetail> = try await api.get(APIRoute.imports)
            #expect(imports.items.map(\.revision?.number) == [2, 1])
        }
    }

    @Test func aFailedImportSaysWhyAndLeavesNothing() async throws {
        try await images.serve { api async throws in
            let detail = try await api.upload(Array("not a gzip stream".utf8), "image=a&format=raw&compression=gz")
            let ended = try await api.end(detail.id)
            #expect(ended.state == .failed)
            #expect(ended.failure?.contains("gz stream") == true)
            #expect(try await api.status(.get, APIRoute.image("a")) == .notFound)
            #expect(try images.spooled() == 0)
            #expect(try await images.chunkCount() == 0)
        }
    }

    @Test(arguments: [
        "image=a/b&format=raw", "image=&format=raw", "image=a&format=vmdk", "image=a",
        "image=a&format=raw&compression=lz4",
        "image=a&format=raw&sha256=abc",
        "image=a&format=raw&sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ])
    func refusesAnUpload(query: String) async throws {
        try await images.serve { api async throws in
            #expect(try await api.status(.post, "\(APIRoute.imports)?\(query)", [1, 2, 3]) == .unprocessableContent)
            #expect(try images.spooled() == 0)
        }
    }

    @Test func refusesAnUploadThatIsTooLarge() async throws {
        let small = try ImageInstallation(
            provisioner: server.provisioner, limits: ImportLimits(maximumSourceSize: 1000))
        try await small.serve { api async throws in
            let query = "\(APIRoute.imports)?image=a&format=raw"
            #expect(
                try await api.status(.post, query, [UInt8](repeating: 0, count: 1001)) == .unprocessableContent)
            #expect(try small.spooled() == 0)
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
            #expect(try await api.status(.delete, APIRoute.image("a")) == .noContent)
            #expect(try await images.chunkCount() == 1)
            #expect(try await api.status(.get, APIRoute.image("a")) == .notFound)
            #expect(try await api.status(.delete, APIRoute.image("a")) == .notFound)
            #expect(try await api.status(.delete, APIRoute.revision(2, of: "b")) == .notFound)
            #expect(try await api.status(.delete, APIRoute.revision(1, of: "b")) == .noContent)
            #expect(try await images.chunkCount() == 0)
        }
    }

    @Test func keepsAnImageThatADeploymentNeeds() async throws {
        let deployment = try await server.orderedHost()
        try await images.serve { api async throws in
            #expect(try await api.status(.delete, APIRoute.image("debian-12")) == .conflict)
            #expect(try await api.status(.delete, APIRoute.revision(1, of: "debian-12")) == .conflict)
            _ = try await server.provisioner.cancel(deploymentID: deployment.id)
            #expect(try await api.status(.delete, APIRoute.image("debian-12")) == .noContent)
        }
    }

    @Test func aRunningImportCanBeCancelled() async throws {
        let gate = HeldInspector()
        let held = try ImageInstallation(provisioner: server.provisioner, inspector: gate)
        try await held.serve { api async throws in
            let detail = try await api.upload([UInt8](repeating: 1, count: 1 << 20), "image=a&format=raw")
            await gate.waitUntilEntered()
            let running: ImportDetail = try await api.get(APIRoute.import(detail.id))
            #expect(running.state == .running)
            #expect(running.phase == "inspecting")
            #expect(try await api.status(.delete, APIRoute.import(detail.id)) == .noContent)
            #expect(try await api.end(detail.id).state == .cancelled)
            #expect(try await api.status(.delete, APIRoute.import(detail.id)) == .conflict)
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
            #expect(try await api.status(.delete, APIRoute.import(second.id)) == .noContent)
            #expect(try await api.end(second.id).state == .cancelled)
            #expect(try await api.status(.delete, APIRoute.import(first.id)) == .noContent)
            #expect(try await api.end(first.id).state == .cancelled)
        }
    }
}
