import BootableDisk
import ImageBuilder
import Testing

@Suite struct ArgumentTests {
    private func recipe(_ more: String = "") throws -> Recipe {
        try Recipe.decode(
            """
            name: small
            suite: bookworm
            packages: [linux-image-amd64, systemd-sysv]
            disk: {size: 512MiB}
            boot: {}
            \(more)
            """)
    }

    @Test func installsThePackagesWithoutWhatTheyRecommend() throws {
        let arguments = try recipe().mmdebstrapArguments(target: "/t", sources: "/s.sources")
        #expect(arguments.contains("--include=linux-image-amd64,systemd-sysv"))
        #expect(arguments.contains("--aptopt=APT::Install-Recommends \"false\""))
        #expect(arguments.suffix(3) == ["bookworm", "/t", "/s.sources"])
        #expect(!arguments.contains { $0.hasPrefix("--dpkgopt") })
    }

    @Test func keepsLicencesWhereDocumentationIsLeftOut() throws {
        let arguments = try recipe("exclude: [/usr/share/doc, /usr/share/man]")
            .mmdebstrapArguments(target: "/t", sources: "/s.sources")
        let options = arguments.filter { $0.hasPrefix("--dpkgopt") }
        #expect(
            options == [
                "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-include=/usr/share/doc/*/copyright",
            ])
    }

    @Test func makesIdentifiersThatAreNotTheSameTwice() {
        let all = (0..<100).map { _ in ImageIdentities.random() }
        #expect(Set(all.map(\.root)).count == 100)
        #expect(Set(all.map(\.esp)).count == 100)
    }

    @Test func makesIdentifiersInTheirForm() {
        let identities = ImageIdentities.random()
        let groups = identities.root.split(separator: "-")
        #expect(groups.map(\.count) == [8, 4, 4, 4, 12])
        #expect(groups[2].first == "4")
        #expect("89ab".contains(groups[3].first ?? " "))
        #expect(identities.esp.split(separator: "-").map(\.count) == [4, 4])
    }

    @Test func fillsTheIdentifiersIn() {
        let identities = ImageIdentities(root: "R", esp: "E")
        #expect(identities.fill("UUID={{rootID}} / UUID={{espID}} {{rootID}}") == "UUID=R / UUID=E R")
        #expect(identities.fill("nothing to {{fill}}") == "nothing to {{fill}}")
        #expect(identities.fill("{{rootID}}") == "R")
    }

    @Test func seesWhoHasAPassword() {
        let shadow = "root:*:1::::::\na:!:1::::::\nb:!*:1::::::\nc:$y$j9T$x:1::::::\nd::1::::::\n"
        #expect(usersWithPassword(shadow) == ["c", "d"])
    }
}
