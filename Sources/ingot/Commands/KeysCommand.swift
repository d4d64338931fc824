import ArgumentParser
import FoundationEssentials
import ImageFormat
import Signing

/// `ingot keys …`
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Lists and rotates the keys that sign manifests and orders.",
        discussion: """
            They lie in the directory `keys` of the data directory. Stages trust all of them, one of them signs. To end \
            the trust in another one, stop the server, remove its file KEY.signing-key, and import the images anew that \
            it has signed.
            """,
        subcommands: [List.self, Rotate.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the keys that are trusted.")
        @OptionGroup var location: DataDirectoryOptions

        func run() async throws {
            let data = try location.installation()
            let active = try InstallationKeys(directory: data.keys, now: Date()).activeKey.description
            // Every key was just read from a file of its own name.
            let suffix = ".signing-key"
            let names = try FileManager.default.contentsOfDirectory(atPath: data.keys)
                .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.map { String($0.dropLast(suffix.count)) }
            Terminal.table(["KEY", "STATE"], names.sorted().map { [$0, $0 == active ? "signs" : "trusted"] })
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new key, which signs from the server's next start on. The server must be stopped.",
            discussion: """
                What older keys signed stays valid. A stage that was booted before does not know the new key and refuses \
                its orders: boot the hosts that wait in the stage again. Earlier backups do not hold the new key: make \
                a new one.
                """)
        @OptionGroup var location: DataDirectoryOptions

        func run() async throws {
            let data = try location.installation()
            let lock = try data.claim()
            var keys = try InstallationKeys(directory: data.keys, now: Date())
            let old = keys.activeKey
            try keys.rotate()
            print("\(keys.activeKey) signs from now on; \(old) stays trusted")
            _ = consume lock
        }
    }
}
