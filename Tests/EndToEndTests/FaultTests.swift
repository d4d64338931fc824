import AgentProtocol
import FoundationEssentials
import ImageFormat
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// What goes wrong with the real agent, the real server and a real block device ends as designed: refused before the
    /// first write, or resumed; never a disk that boots by half, never a deployment that counts as done and is not.
    @Suite struct FaultTests {
        @Test func refusesAManifestWithAWrongSignature() async throws {
            try await FaultBench.with("flt-sign") { bench in
                let id = try await bench.host.order()
                let file = try await bench.server.manifestFile(bench.server.deployment(id).manifest)
                let url = URL(filePath: file)
                var document = try JSONDecoder().decode(SignedDocument.self, from: Data(contentsOf: url))
                document.signature[document.signature.startIndex] ^= 1
                try JSONEncoder().encode(document).write(to: url)
                try await bench.expectRefusal(id, bench.host.deploy(), .manifestRefused)
            }
        }

        /// The other manifest is whole and signed by the same installation; a relay puts it in place of the right one.
        @Test func refusesAnotherSignedManifestThanTheOrderNames() async throws {
            try await FaultBench.with("flt-other") { bench in
                let id = try await bench.host.order()
                let other = try await importOther(bench)
                let relay = try Relay(to: bench.server, answeringManifestsWith: Array(other))
                let agent = try await bench.host.start(token: bench.host.bootToken(), through: relay)
                let ending = try await agent.ending()
                relay.close()
                #expect(ending.said.contains("the order names"))
                try await bench.expectRefusal(id, ending, .manifestRefused)
            }
        }

        /// The same swap in the server's own store is found by the server itself.
        @Test func servesNoManifestThatIsNotWhatItsNameSays() async throws {
            try await FaultBench.with("flt-swap") { bench in
                let id = try await bench.host.order()
                let file = try await bench.server.manifestFile(bench.server.deployment(id).manifest)
                try await importOther(bench).write(to: URL(filePath: file))
                let ending = try await bench.host.deploy()
                #expect(ending.said.contains("damaged"))
                try await bench.expectRefusal(id, ending, .serverUnreachable, .waiting)
            }
        }

        @Test func neverWritesAChunkWithAFlippedBit() async throws {
            try await FaultBench.with("flt-flip") { bench in
                try await expectRecovery(bench) { bytes in bytes[bytes.count / 2] ^= 1 }
            }
        }

        @Test func neverWritesATruncatedChunk() async throws {
            try await FaultBench.with("flt-trunc") { bench in
                try await expectRecovery(bench) { bytes in bytes.removeLast(bytes.count / 2) }
            }
        }

        /// Damages a chunk, expects the refusal, mends it and expects that the next attempt goes on where the disk was
        /// right already.
        private func expectRecovery(_ bench: FaultBench, _ damage: (inout Data) -> Void) async throws {
            let id = try await bench.host.order()
            let url = try await URL(filePath: bench.server.chunkFile(of: id))
            let whole = try Data(contentsOf: url)
            var damaged = whole
            damage(&damaged)
            try damaged.write(to: url)
            let ending = try await bench.host.deploy()
            let detail = try await bench.server.deployment(id)
            #expect(ending.status == 1, "\(ending.said)")
            #expect(detail.deployment.state == .waiting && detail.failure?.code == .chunkRefused)
            #expect(try bench.host.disk.bootsNowhere())

            try whole.write(to: url)
            try await bench.expectCommit(id, bench.host.deploy(), attempt: 2)
            let proof = try #require(try await bench.server.deployment(id).proof)
            #expect(proof.bytesSkipped > 0)
        }

        /// Imports an image that differs by one byte; the file of its manifest.
        private func importOther(_ bench: FaultBench) async throws -> Data {
            var bytes = try Data(contentsOf: URL(filePath: bench.image))
            bytes[1 << 20] ^= 1
            let file = bench.server.directory + "/other"
            try bytes.write(to: URL(filePath: file))
            let before = try Set(manifests(bench))
            try await bench.server.ingot("image", "import", file, "--name", "other", "--format", "raw")
            let new = try #require(try manifests(bench).first { !before.contains($0) })
            return try Data(contentsOf: URL(filePath: "\(bench.server.data)/images/manifests/\(new)"))
        }

        private func manifests(_ bench: FaultBench) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: bench.server.data + "/images/manifests")
        }
    }
}
