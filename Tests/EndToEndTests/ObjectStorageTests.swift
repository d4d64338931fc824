import FoundationEssentials
import Testing
import VirtualRack

extension EndToEnd {
    /// A server whose chunks are in an object storage that checks signatures.
    @Suite struct ObjectStorageTests {
        @Test func aServerKeepsItsChunksInAnObjectStorage() async throws {
            try await Laboratory.run("chunks-s3") { server in
                var storage = try await server.startStorage()
                try await server.keepChunksInStorage()
                let image = try await SyntheticImage.make(in: server.directory + "/image")
                try await server.ingot("image", "import", image, "--name", "fault", "--format", "raw")
                #expect(try server.chunkFiles().isEmpty, "no chunk belongs into the data directory")
                try await server.expectClean()
                try await deploy(image, server)

                // What was read lies here, too, and is given out without the storage; what was lost here comes from there.
                try await storage.end()
                try await download(image, server)
                try await server.dropCopies()
                try await server.expectFailure(
                    ["image", "download", "fault", "--output", server.directory + "/none.raw"],
                    "the object storage of the images does not do its part")
                storage = try await server.startStorage()
                try await download(image, server)

                // A server that begins anew takes the chunks of this one for another's.
                try await server.kill()
                try FileManager.default.moveItem(atPath: server.data, toPath: server.data + ".kept")
                try await server.start()
                try await server.expectFailure(
                    ["image", "import", image, "--name", "fault", "--format", "raw"], "belong to another installation")
                try await server.kill()
                try FileManager.default.removeItem(atPath: server.data)
                try FileManager.default.moveItem(atPath: server.data + ".kept", toPath: server.data)
                try await server.start()
                try await server.expectClean()

                // With the image go its chunks.
                try await server.ingot("image", "remove", "fault")
                let left = try await server.ingot("image", "fsck")
                #expect(left.hasPrefix("clean: 0 manifests, 0 chunks") && left.contains(" 0 orphaned"))
                try await storage.end()
            }
        }

        /// The real agent gets every chunk by way of the server.
        private func deploy(_ image: String, _ server: IngotServer) async throws {
            try await server.extractTrustedKeys()
            try await LoopDisk.with(server.directory + "/disk") { disk in
                let host = try await NativeHost.known(1, to: server, disk: disk)
                let bench = FaultBench(server: server, host: host, image: image)
                let id = try await host.order()
                try await bench.expectCommit(id, host.deploy(), attempt: 1)
            }
        }

        private func download(_ image: String, _ server: IngotServer) async throws {
            let copy = server.directory + "/copy.raw"
            try await server.ingot("image", "download", "fault", "--output", copy, "--overwrite")
            #expect(FileManager.default.contentsEqual(atPath: copy, andPath: image))
        }
    }
}

extension IngotServer {
    /// Starts anew with the chunks in the bucket of `startStorage`.
    fileprivate func keepChunksInStorage() async throws {
        let secret = try file("chunk-secret", "testing\n")
        try await restart { configuration in
            configuration + """

                images:
                  objectStorage:
                    endpoint: \(Self.storageURL)
                    bucket: images
                    accessKey: test:tester
                    secretKeyFile: \(secret)
                """
        }
    }

    /// Starts anew without copies of chunks.
    fileprivate func dropCopies() async throws {
        try await kill()
        try FileManager.default.removeItem(atPath: data + "/images/cache")
        try await start()
    }
}
