import BootableDisk
import Foundation

extension AptSource {
    /// The sources that this machine's apt uses for `suite`. Throws `BuildError` if there are none.
    package static func ofThisMachine(
        suite: String, components: [String], root: String = "/etc/apt"
    ) throws -> [AptSource] {
        let parts = root + "/sources.list.d"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: parts)) ?? []).sorted()
        var sources = lines(text(root + "/sources.list"))
        for name in names where name.hasSuffix(".list") { sources += lines(text("\(parts)/\(name)")) }
        for name in names where name.hasSuffix(".sources") { sources += paragraphs(text("\(parts)/\(name)")) }
        var narrowed = sources.compactMap { $0.narrowed(to: suite, components) }
        if narrowed.isEmpty { narrowed = ofAnotherRelease(sources, suite, components) }
        guard narrowed.contains(where: { $0.suites.contains(suite) }) else {
            throw BuildError("apt of this machine has no source for the suite \(suite); name one with --mirror URL")
        }
        return narrowed
    }

    /// The releases of Debian, which one mirror holds side by side.
    private static let releases = ["bullseye", "bookworm", "trixie", "forky"]

    /// What a machine of one release of Debian takes its own packages from, for another release.
    private static func ofAnotherRelease(
        _ sources: [AptSource], _ suite: String, _ components: [String]
    ) -> [AptSource] {
        guard releases.contains(suite) else { return [] }
        for release in releases where release != suite {
            let own = sources.compactMap { $0.narrowed(to: release, components) }
            guard own.contains(where: { $0.suites.contains(release) }) else { continue }
            return own.map { source in
                var source = source
                source.suites = source.suites.map { suite + $0.dropFirst(release.count) }
                return source
            }
        }
        return []
    }

    /// The sources of `suite` and its updates at `mirror`. A mirror of the main archive has no security updates.
    package static func at(_ mirror: String, suite: String, components: [String]) -> [AptSource] {
        [
            AptSource(
                uris: [mirror], suites: [suite, suite + "-updates"], components: components,
                signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg")
        ]
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
