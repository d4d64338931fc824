import Foundation
import ImageBuilder
import Testing

@Suite struct AptSourceTests {
    @Test func readsParagraphs() {
        let sources = AptSource.paragraphs(
            """
            # a comment
            Types: deb deb-src
            URIs: http://a.test/debian
            Suites: bookworm bookworm-updates
            # a comment in the middle
            Components: main contrib
            Signed-By: /usr/share/keyrings/a.gpg

            Types: deb
            URIs: http://b.test/
            Suites: bookworm-security
            Components: main
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             xyz
            """)
        #expect(sources.count == 2)
        #expect(sources.first?.uris == ["http://a.test/debian"])
        #expect(sources.first?.components == ["main", "contrib"])
        #expect(sources.last?.signedBy == "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n xyz")
        #expect(AptSource.paragraphs(sources.map(\.paragraph).joined(separator: "\n")) == sources)
    }

    @Test(
        arguments: [
            "Types: deb-src\nURIs: http://a.test\nSuites: s\nComponents: main",
            "Enabled: no\nTypes: deb\nURIs: http://a.test\nSuites: s\nComponents: main",
            "Types: deb\nSuites: s", ": :", " continued", "",
        ])
    func leavesOutWhatIsNoUsableParagraph(_ text: String) {
        #expect(AptSource.paragraphs(text).isEmpty)
    }

    @Test func readsLines() {
        let sources = AptSource.lines(
            """
            deb http://a.test/debian bookworm main contrib # trailing
            deb [arch=amd64 signed-by=/k.gpg] http://b.test bookworm-updates main
            deb-src http://a.test/debian bookworm main
            #deb http://c.test bookworm main
            deb [broken http://d.test bookworm main
            deb http://e.test

            """)
        #expect(
            sources == [
                AptSource(uris: ["http://a.test/debian"], suites: ["bookworm"], components: ["main", "contrib"]),
                AptSource(
                    uris: ["http://b.test"], suites: ["bookworm-updates"], components: ["main"], signedBy: "/k.gpg"),
            ])
    }

    @Test(
        arguments: [
            (["bookworm", "bookworm-updates", "bookworm-backports"], ["bookworm", "bookworm-updates"]),
            (["bookworm-security"], ["bookworm-security"]),
            (["trixie"], []), (["nodistro"], []), (["bookworm-pgdg"], []),
        ])
    func keepsOnlyTheSuiteAndItsUpdates(_ suites: [String], _ kept: [String]) {
        let source = AptSource(uris: ["u"], suites: suites, components: ["main"])
        #expect(source.narrowed(to: "bookworm", ["main"])?.suites ?? [] == kept)
    }

    @Test func leavesOutSourcesOfOtherComponents() {
        let source = AptSource(uris: ["u"], suites: ["bookworm"], components: ["stable"])
        #expect(source.narrowed(to: "bookworm", ["main"]) == nil)
    }

    @Test func readsTheSourcesOfAMachineAndRefusesOneWithoutTheSuite() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try FileManager.default.createDirectory(
            atPath: folder.path + "/sources.list.d", withIntermediateDirectories: true)
        try folder.write("sources.list", "deb http://a.test bookworm main\n")
        try folder.write("sources.list.d/other.list", "deb http://b.test nodistro main\n")
        try folder.write(
            "sources.list.d/s.sources", "Types: deb\nURIs: http://c.test\nSuites: bookworm-security\nComponents: main\n"
        )
        let sources = try AptSource.ofThisMachine(suite: "bookworm", components: ["main"], root: folder.path)
        #expect(sources.map(\.uris) == [["http://a.test"], ["http://c.test"]])
        #expect {
            try AptSource.ofThisMachine(suite: "noble", components: ["main"], root: folder.path)
        } throws: { "\($0)".contains("no source for the suite noble") }
    }

    @Test func takesAnotherReleaseOfDebianFromTheSameMirror() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write(
            "sources.list.d/debian.sources",
            """
            Types: deb
            URIs: http://a.test/debian
            Suites: bookworm bookworm-updates bookworm-backports
            Components: main contrib
            Signed-By: /k.gpg

            Types: deb
            URIs: http://a.test/debian-security
            Suites: bookworm-security
            Components: main
            """)
        let other = try AptSource.ofThisMachine(suite: "trixie", components: ["main"], root: folder.path)
        #expect(
            other == [
                AptSource(
                    uris: ["http://a.test/debian"], suites: ["trixie", "trixie-updates"], components: ["main"],
                    signedBy: "/k.gpg"),
                AptSource(uris: ["http://a.test/debian-security"], suites: ["trixie-security"], components: ["main"]),
            ])
        try folder.write("sources.list", "deb http://b.test trixie main")
        let own = try AptSource.ofThisMachine(suite: "trixie", components: ["main"], root: folder.path)
        #expect(own.map(\.uris) == [["http://b.test"]])
    }
}
