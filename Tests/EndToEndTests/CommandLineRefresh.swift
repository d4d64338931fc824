import FoundationEssentials
import Glibc
import OpenPGPTestSupport
import Testing
import UserAPI
import VirtualRack

/// Public images that are kept up to date from a distribution's server: one of the test's own, with a throw-away key.
extension EndToEnd.CommandLineTests {
    @Test func refreshesAPublicImageFromASignedList() async throws {
        try await Laboratory.run("cli-refresh") { server in
            try await DistributionServer.with(server) { site in
                try await site.offer(changing: 1)
                let refresh = ["image", "refresh", "cloud", "--catalogue", site.recipes]
                try await makeAndPublish(server, site, refresh)
                try await expectRefusals(server, site, refresh)
                try await expectRefusalOfAnOldState(server, site, refresh)
                try await refreshOthers(server, site)
                try await site.stop()
                try await server.expectFailure(refresh, "cloud: cannot fetch \(site.url)/SHA256SUMS")
                #expect(try await revisions("cloud", server).map(\.number) == [1, 2])
            }
        }
    }

    private func revisions(_ name: String, _ server: IngotServer) async throws -> [ImageRevision] {
        try await server.get(APIRoute.image(name), as: ImageDetail.self).revisions
    }

    private func refresh(_ server: IngotServer, _ arguments: [String]) async throws -> String {
        let output = try await server.attempt(arguments)
        #expect(output.status == 0, "\(arguments): \(output.standardError)")
        return output.standardOutput
    }

    /// The first revision, nothing new, and the second one after a change; the server is another process each time.
    private func makeAndPublish(
        _ server: IngotServer, _ site: DistributionServer, _ arguments: [String]
    ) async throws {
        let image = "\(site.url)/disk.img"
        #expect(
            try await refresh(server, arguments + ["--dry-run"]) == "cloud: a revision would be made of \(image)\n")
        try await server.expectFailure(["image", "show", "cloud"], "there is no image 'cloud'")
        #expect(try await refresh(server, arguments) == "cloud@1 is public, stable: made of \(image)\n")
        let shown = try await server.ingot("image", "show", "cloud")
        #expect(shown.contains(", public, of administrator\n"))
        #expect(shown.contains("\n    made of  \(image), recipe cloud\n"))

        try await server.kill()
        try await server.start()
        #expect(try await refresh(server, arguments).hasPrefix("cloud: unchanged since revision 1 of "))
        try await site.offer(changing: 2)
        #expect(
            try await refresh(server, arguments + ["--keep", "1"])
                == "cloud@2 is public, stable: made of \(image)\ncloud@1 is retired\n")
        #expect(try await refresh(server, arguments).hasPrefix("cloud: unchanged since revision 2 of "))
        let made = try await revisions("cloud", server)
        #expect(made.map(\.channel) == ["stable", "stable"])
        #expect(made.map { $0.retired != nil } == [true, false])
        #expect(Set(made.compactMap(\.origin?.fingerprint)).count == 2)
    }

    /// What cannot be trusted changes nothing.
    private func expectRefusals(
        _ server: IngotServer, _ site: DistributionServer, _ arguments: [String]
    ) async throws {
        let before = try await revisions("cloud", server)
        for (fault, sentence) in DistributionServer.faults {
            try await site.offer(changing: 3, fault)
            try await server.expectFailure(arguments, sentence)
            #expect(try await revisions("cloud", server) == before, "\(fault)")
        }
        let account = try await server.ingot("account", "add", "alice")
        #expect(account.contains("alice"))
        let token = try server.file(
            "alice-token", try await server.ingot("token", "create", "test", "--account", "alice"))
        try await server.expectFailure(
            arguments + ["--token-file", token], "public images are refreshed by administrators; alice is none")
        try await server.expectFailure(["image", "refresh"], "name recipes, or say --all", status: 64)
        try await server.expectFailure(
            ["image", "refresh", "nothing", "--catalogue", site.recipes], "there is no recipe")
    }

    /// The old list is signed as well as the new one: who plays it back is not believed, and two at a time are one.
    private func expectRefusalOfAnOldState(
        _ server: IngotServer, _ site: DistributionServer, _ arguments: [String]
    ) async throws {
        try await site.offer(changing: 1)
        try await server.expectFailure(arguments, "the source is what revision 1 was made of")
        try await site.offer(changing: 2)
        #expect(try await refresh(server, arguments).hasPrefix("cloud: unchanged since revision 2 of "))

        let other = try await server.rack.start(
            "holder", ["flock", "--no-fork", "\(site.recipes)/cloud.yaml", "sh", "-c", "echo held; exec sleep 60"],
            log: server.directory + "/holder.log")
        _ = try await server.poll(.seconds(20), "the lock") {
            FileManager.default.contents(atPath: server.directory + "/holder.log")?.isEmpty == false ? true : nil
        }
        try await server.expectFailure(arguments, "another process of this machine refreshes it")
        try await other.kill()
    }

    /// A signed text with SHA-512 digests; a recipe that fails stops no other.
    private func refreshOthers(_ server: IngotServer, _ site: DistributionServer) async throws {
        try await site.offerSignedText()
        let all = try await server.attempt(["image", "refresh", "--all", "--catalogue", site.recipes])
        #expect(all.status == 1)
        #expect(all.standardOutput.contains("cloud: unchanged since revision 2 of "))
        #expect(all.standardOutput.contains("signed@1 is public, stable: made of \(site.url)/disk-9.img\n"))
        #expect(all.standardError.contains("broken: \(site.recipes)/broken.yaml: import.format: 'iso' is none of"))
        #expect(all.standardError.contains("1 of 3 recipes failed: broken"))
        #expect(try await revisions("signed", server).first?.origin?.fingerprint.hasPrefix("sha512:") == true)
    }
}

/// The web server of a distribution, in the network of the rack.
private final class DistributionServer: Sendable {
    /// What can be wrong with it.
    enum Fault: CaseIterable {
        case changedList, otherKey, expiredSignature, expiredKey, noSignature, nameIsMissing, wrongDigest
    }

    static let faults: [(Fault, String)] = [
        (.changedList, "cloud: http://127.0.0.1:21001/SHA256SUMS: it is not what the key"),
        (.otherKey, "which the keyring does not hold"), (.expiredSignature, "its signature has expired"),
        (.expiredKey, "that signed it has expired"), (.noSignature, "/SHA256SUMS.gpg answered 404"),
        (.nameIsMissing, "the checksum file names no 'disk.img' with a digest of sha256"),
        (.wrongDigest, "the source's checksum is"),
    ]

    let url = "http://127.0.0.1:21001"
    /// The directory of the recipes.
    let recipes: String
    private let site: String
    private let key: SigningKey
    private let other: SigningKey
    private let expired: SigningKey
    private let process: RackProcess

    /// Runs `body` with a server that offers nothing yet, and the recipe `cloud`.
    static func with(_ server: IngotServer, _ body: (DistributionServer) async throws -> Void) async throws {
        let home = server.directory + "/gpg"
        let keys = try await (
            SigningKey("k", in: home), SigningKey("o", in: home), SigningKey("x", in: home, lifetime: "1y")
        )
        let distribution = try await DistributionServer(server, keys.0, keys.1, keys.2)
        do {
            try await body(distribution)
        } catch {
            try await distribution.close()
            throw error
        }
        try await distribution.close()
    }

    private init(
        _ server: IngotServer, _ key: SigningKey, _ other: SigningKey, _ expired: SigningKey
    ) async throws {
        (self.key, self.other, self.expired) = (key, other, expired)
        site = server.directory + "/site"
        recipes = server.directory + "/recipes"
        try FileManager.default.createDirectory(atPath: recipes, withIntermediateDirectories: true)
        try await Tool.run("mkdir", [site])
        try await Tool.run("mv", [SyntheticImage.make(in: server.directory + "/image"), site + "/disk.img"])
        process = try await server.rack.start(
            "site", ["python3", "-m", "http.server", "21001", "--bind", "127.0.0.1", "--directory", site],
            log: server.directory + "/site.log")
        try await key.export(to: home + "/ring")
        try await expired.export(to: home + "/expired")
        try await Tool.run("sh", ["-c", "cat '\(home)/expired' >> '\(home)/ring'"])
        try write(
            "cloud",
            """
            name: cloud
            import:
              url: \(url)/disk.img
              format: raw
              checksums: {url: "\(url)/SHA256SUMS"}
              signature: {url: "\(url)/SHA256SUMS.gpg", keyrings: ["\(home)/ring"]}
            """)
        _ = try await server.poll(.seconds(20), "the distribution's server") {
            let answer = try await server.rack.run(["curl", "--silent", "--fail", "--output", "/dev/null", self.url])
            return answer.status == 0 ? true : nil
        }
    }

    private var home: String { recipes.replacing("/recipes", with: "/gpg") }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(recipes)/\(name).yaml"))
    }

    /// Puts an image onto the server that differs with `number`, with a signed list.
    func offer(changing number: Int, _ fault: Fault? = nil) async throws {
        let list = site + "/SHA256SUMS"
        let signature = list + ".gpg"
        // Bytes 440 to 443 of the MBR are the disk's signature, which a GPT disk does not use.
        let change =
            "printf '%04d' \(number) | dd of=disk.img bs=1 seek=440 conv=notrunc status=none; rm -f SHA256SUMS.gpg"
        let name = fault == .nameIsMissing ? "other.img" : "disk.img"
        let digest = fault == .wrongDigest ? "sed s/^......../00000000/" : "cat"
        try await Tool.run(
            "sh",
            [
                "-ec", "cd \"$0\"; \(change); sha256sum disk.img | sed s/disk.img/\(name)/ | \(digest) > SHA256SUMS",
                site,
            ])
        switch fault {
        case .otherKey: try await other.sign(list, to: signature)
        case .expiredKey: try await expired.sign(list, to: signature, at: "20240601T000000")
        case .expiredSignature: try await key.sign(list, to: signature, at: "20240601T000000", lifetime: "7d")
        case .noSignature: break
        case .changedList, .nameIsMissing, .wrongDigest, nil: try await key.sign(list, to: signature)
        }
        if fault == .changedList { try await Tool.run("sh", ["-c", "echo '# more' >> '\(list)'"]) }
    }

    /// Offers a second image by a signed text, and writes its recipe and one that is wrong.
    func offerSignedText() async throws {
        try await Tool.run(
            "sh", ["-ec", "cd \"$0\"; cp disk.img disk-9.img; sha512sum --tag disk-9.img > list", site])
        try await key.clearSign(site + "/list", to: site + "/CHECKSUM")
        let recipe = """
            name: signed
            import:
              url: \(url)/
              format: raw
              checksums: {url: "\(url)/CHECKSUM", algorithm: sha512, file: "disk-*.img"}
              signature: {keyrings: ["\(home)/ring"], fingerprints: [\(key.fingerprint)]}
            """
        try write("signed", recipe)
        try write("broken", recipe.replacing("signed", with: "broken").replacing("raw", with: "iso"))
    }

    /// Ends the server.
    func stop() async throws { try await process.kill() }

    private func close() async throws {
        try await process.kill()
        for key in [key, other, expired] { try await key.close() }
    }
}
