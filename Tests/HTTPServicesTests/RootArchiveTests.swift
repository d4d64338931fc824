import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ImageFormat
import ImageStore
import NIOCore
import Subprocess
import Testing
import UserAPI

/// Root file systems through the API: by upload, from the server, by URL.
struct RootArchiveTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(
            provisioner: server.provisioner, inspector: DiskInspector(), importsFrom: ["127.0.0.1"])
    }

    /// A system by its looks, as GNU tar packs it; `more` are commands that add to it.
    private func archive(_ packer: String, _ more: String = "") async throws -> [UInt8] {
        let script = """
            rm -rf tree && mkdir -p tree/boot tree/usr/lib/modules/6.1.0 tree/usr/sbin && cd tree
            ln -s usr/lib lib; ln -s usr/sbin sbin
            head -c 514 /dev/zero >boot/vmlinuz-6.1.0; printf HdrS >>boot/vmlinuz-6.1.0
            echo a >boot/initrd.img-6.1.0; echo a >usr/lib/modules/6.1.0/modules.dep; echo a >usr/sbin/init
            echo ID=debian >usr/lib/os-release
            \(more)
            tar --create --absolute-names --directory=. . $extra | \(packer) >../packed
            """
        let result = try await Subprocess.run(
            .name("bash"), arguments: ["-eu", "-c", "cd '\(images.directory)'; extra=; \(script)"],
            input: .none, output: .discarded, error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else { throw TestFailure(result.standardError) }
        return try Array(Data(contentsOf: URL(filePath: images.directory + "/packed")))
    }

    private func expectBootable(_ name: String, size: UInt64? = nil, _ api: ImportAPI) async throws {
        let image: ImageDetail = try await api.get(APIRoute.image(name))
        let revision = try #require(image.revisions.first)
        #expect(revision.os.id == "debian" && revision.firmware == ["bios", "uefi"])
        if let size { #expect(revision.diskSize == size) }
        #expect(try images.spooled() == 0)
    }

    @Test(arguments: [("none", "cat"), ("gz", "gzip -c"), ("xz", "xz -c"), ("zst", "zstd -q -c")])
    func anUploadBecomesADisk(compression: String, packer: String) async throws {
        let packed = try await archive(packer)
        try await images.serve { api async throws in
            let task = try await api.upload(packed, "image=a&format=tar&compression=\(compression)")
            let ended = try await api.end(task.id)
            #expect(ended.state == .done && ended.revision == 1, "\(ended.failure ?? "")")
            try await expectBootable("a", api)
        }
    }

    @Test func aFileOnTheServerBecomesADiskOfTheSizeThatIsAskedFor() async throws {
        _ = try await archive("zstd -q -c")
        let request = ImageImportRequest(
            name: "a", format: "tar", source: images.directory + "/packed", compression: "zst", diskSize: 300 << 20)
        try await images.serve { api async throws in
            let ended = try await api.end(api.order(request).id)
            #expect(ended.state == .done, "\(ended.failure ?? "")")
            try await expectBootable("a", size: 300 << 20, api)
        }
    }

    @Test func aURLBecomesADisk() async throws {
        let packed = try await archive("gzip -c")
        let files = Router()
        files.get("/root.tar.gz") { _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: packed)))
        }
        let web = Application(
            router: files, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: Installation.log)
        try await web.test(.live) { client in
            let request = ImageImportRequest(
                name: "a", format: "tar", source: "http://127.0.0.1:\(client.port ?? 0)/root.tar.gz",
                compression: "gz", sha256: ChunkDigest(of: packed).description)
            try await images.serve { api async throws in
                let ended = try await api.end(api.order(request).id)
                #expect(ended.state == .done, "\(ended.failure ?? "")")
                try await expectBootable("a", api)
            }
        }
    }

    /// T26 through the API: the task says which entry it was, and keeps the upload.
    @Test func anEntryThatLeavesTheRootEndsTheTaskT26() async throws {
        let packed = try await archive("cat", "extra=/etc/hostname")
        try await images.serve { api async throws in
            let ended = try await api.end(api.upload(packed, "image=a&format=tar").id)
            #expect(ended.state == .failed)
            #expect(ended.failure?.contains("the entry '/etc/hostname'") == true, "\(ended.failure ?? "")")
            #expect(try await api.status(.get, APIRoute.image("a")) == .notFound)
            #expect(try await images.chunkCount() == 0)
            let uploads: Page<UploadDetail> = try await api.get(APIRoute.uploads)
            #expect(uploads.items.count == 1)
        }
    }

    @Test(arguments: [("raw", UInt64(1 << 30)), ("tar", UInt64(0)), ("tar", UInt64(1 << 30) + 1)])
    func refusesASize(format: String, size: UInt64) async throws {
        let path = try images.file("root", [1])
        let request = ImageImportRequest(name: "a", format: format, source: path, diskSize: size)
        try await images.serve { api async throws in
            #expect(try await api.refusal(.post, APIRoute.imports, request).status == .unprocessableContent)
        }
    }
}
