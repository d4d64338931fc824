import BootableDisk
import Foundation
import ImageBuilder
import Testing

@Suite struct PackagePlanTests {
    private static let simulation = """
        I: running apt-get update...
        Inst libc6 (2.41-12 Debian:13.8/stable [amd64]) []
        Conf libc6 (2.41-12 Debian:13.8/stable [amd64])
        Inst base-files [13.7] (13.8 Debian:13.8/stable, Debian-Security:13/stable-security [amd64])
        Inst tzdata (2026a-1 Debian:13.8/stable [all])
        Inst libc6 (2.41-12 Debian:13.8/stable [amd64])
        """
    private static let recipe = "name: a\nsuite: trixie\npackages: [systemd, udev]\n"

    @Test func readsWhatAptWouldInstall() {
        #expect(
            PackagePlan(simulation: Self.simulation).packages
                == ["base-files=13.8 amd64", "libc6=2.41-12 amd64", "tzdata=2026a-1 all"])
        #expect(PackagePlan(simulation: "Inst\nInst a\nInst a (\nInst a ()\n").packages.isEmpty)
    }

    @Test func theSameIsTheSame() throws {
        let print = try PackagePlan(simulation: Self.simulation).fingerprint(recipe: Self.recipe)
        #expect(print.hasPrefix("packages:") && print.count == "packages:".count + 64)
        let turned = Self.simulation.split(separator: "\n").reversed().joined(separator: "\n")
        #expect(try PackagePlan(simulation: turned).fingerprint(recipe: Self.recipe) == print)
        let rewritten = "# A comment.\nsuite: trixie\nname: \"a\"\npackages:\n  - systemd\n  - udev\n"
        #expect(try PackagePlan(simulation: Self.simulation).fingerprint(recipe: rewritten) == print)
    }

    @Test(
        arguments: [
            ("2.41-12 ", "2.41-12+deb13u1 ", recipe), ("tzdata", "tzdata-legacy", recipe), ("[all]", "[amd64]", recipe),
            ("2.41-12 ", "2.41-12 ", "name: a\nsuite: trixie\npackages: [systemd]\n"),
            ("2.41-12 ", "2.41-12 ", recipe + "mask: [a.timer]\n"),
        ])
    func anythingElseIsAnother(_ old: String, _ new: String, _ recipe: String) throws {
        let before = try PackagePlan(simulation: Self.simulation).fingerprint(recipe: Self.recipe)
        let changed = Self.simulation.replacingOccurrences(of: old, with: new)
        #expect(try PackagePlan(simulation: changed).fingerprint(recipe: recipe) != before)
    }

    private static func small(_ packages: String) throws -> Recipe {
        try Recipe.decode(
            "name: small\nsuite: bookworm\npackages: [\(packages)]\ndisk: {size: 512MiB}\nboot: {timeout: 0}\n")
    }

    /// The real archive of this machine's apt.
    @Test func asksTheArchiveWithoutInstallingAnything() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let plan = try await ImageBuilder().plan(recipe: Self.small("e2fsprogs"), scratch: folder.path)
        for name in ["dpkg", "libc6", "e2fsprogs"] {
            #expect(plan.packages.contains { $0.hasPrefix("\(name)=") && $0.hasSuffix(" amd64") }, "\(name)")
        }
        let error = await #expect(throws: BuildError.self) {
            try await ImageBuilder().plan(recipe: Self.small("no-such-package"), scratch: folder.path)
        }
        #expect(error?.description.contains("Unable to locate package no-such-package") == true, "\(error as Any)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
