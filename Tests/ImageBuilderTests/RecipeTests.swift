import BootableDisk
import Foundation
import ImageBuilder
import Testing

@Suite struct RecipeTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config/images")
        .standardizedFileURL.path

    /// A recipe that is right, with one line replaced or added.
    private func recipe(_ change: (String, String) = ("", ""), adding line: String = "") -> String {
        let text = """
            name: small
            suite: bookworm
            packages: [linux-image-amd64, systemd-sysv]
            disk: {size: 512MiB, esp: 64MiB}
            boot: {arguments: ["console=ttyS0,115200n8"], timeout: 0}
            initramfs: [ext4, virtio_blk]
            files: [{path: /etc/motd, mode: "0600", content: "hello {{rootID}}"}]

            """
        return text.replacingOccurrences(of: change.0, with: change.1) + line + "\n"
    }

    @Test func readsEveryValue() throws {
        let recipe = try Recipe.decode(recipe(adding: "sources: [\"deb http://mirror.test/debian bookworm main\"]"))
        #expect(recipe.name == "small")
        #expect(recipe.architecture == "amd64")
        #expect(recipe.components == ["main"])
        #expect(recipe.disk.size.mebibytes == 512)
        #expect(recipe.boot.timeout == 0)
        #expect(recipe.initramfs == .listed(["ext4", "virtio_blk"]))
        #expect(recipe.files == [RecipeFile(path: "/etc/motd", mode: 0o600, content: "hello {{rootID}}")])
        #expect(recipe.sources?.count == 1)
        #expect(recipe.mask.isEmpty && recipe.prune.isEmpty)
    }

    @Test(arguments: ["debian-12", "debian-12-test", "debian-13"])
    func readsTheRecipesOfTheProject(_ name: String) throws {
        let recipe = try Recipe.load("\(Self.folder)/\(name).yaml")
        #expect(recipe.name == name)
        for needed in [
            "linux-image-amd64", "cloud-init", "netplan.io", "systemd-resolved", "openssh-server", "shim-signed",
            "grub-efi-amd64-signed", "grub-pc-bin", "python3",
        ] {
            #expect(recipe.packages.contains(needed), "\(name) does not install \(needed)")
        }
        let grub = GrubConfiguration(arguments: recipe.boot.arguments, timeout: recipe.boot.timeout, rootID: "")
        #expect(grub.serialConsole?.unit == 0)
        #expect(grub.serialConsole?.speed == 115_200)
        #expect(!recipe.prune.contains { $0.contains("8021q") || $0.contains("bonding") })
    }

    @Test(
        arguments: [
            ("", "", "colour: red", "colour"),
            ("timeout: 0", "timeout: 0, secret: 1", "", "secret"),
            ("esp: 64MiB", "esp: 64MiB, swap: 1GiB", "", "swap"),
            ("mode: \"0600\"", "mode: \"0600\", owner: root", "", "owner"),
        ])
    func refusesAnUnknownKey(_ old: String, _ new: String, _ line: String, _ key: String) {
        let text = old.isEmpty ? recipe(adding: line) : recipe((old, new))
        #expect { try Recipe.decode(text) } throws: { "\($0)".contains("unknown key '\(key)'") }
    }

    @Test(
        arguments: [
            ("name: small", "name: ../small", "no image name"),
            ("suite: bookworm", "suite: \"book worm\"", "no suite"),
            ("suite: bookworm", "suite: bookworm\narchitecture: arm64", "not supported"),
            ("[linux-image-amd64, systemd-sysv]", "[]", "empty"),
            ("systemd-sysv", "\"--purge\"", "no package name"),
            ("systemd-sysv", "\"a,b\"", "no package name"),
            ("size: 512MiB", "size: 512MB", "no size"),
            ("size: 512MiB", "size: 0MiB", "no size"),
            ("size: 512MiB", "size: 64MiB", "no room"),
            ("size: 512MiB", "size: 99999999999999999999GiB", "no size"),
            ("esp: 64MiB", "esp: 16MiB", "too small for FAT32"),
            ("timeout: 0", "timeout: -1", "out of range"),
            ("console=ttyS0,115200n8", "quiet; reboot", "no kernel argument"),
            ("initramfs: [ext4, virtio_blk]", "initramfs: all", "expected 'most'"),
            ("initramfs: [ext4, virtio_blk]", "initramfs: [\"ext4; reboot\"]", "names of kernel modules"),
            ("path: /etc/motd", "path: etc/motd", "no absolute path"),
            ("path: /etc/motd", "path: /etc/../../motd", "no absolute path"),
            ("mode: \"0600\"", "mode: rw", "no file mode"),
            ("files:", "prune: [/usr/../..]\nfiles:", "no absolute pattern"),
            ("files:", "prune: [/]\nfiles:", "no absolute pattern"),
            ("files:", "mask: [ssh]\nfiles:", "no unit name"),
            ("files:", "mask: [../ssh.service]\nfiles:", "no unit name"),
            ("files:", "maskGenerators: [../x]\nfiles:", "no generator"),
        ])
    func refusesAValueThatCannotBeRight(_ old: String, _ new: String, _ message: String) {
        let text = recipe((old, new))
        #expect { try Recipe.decode(text) } throws: { "\($0)".contains(message) }
    }

    @Test func refusesARecipeThatIsNotThere() {
        #expect { try Recipe.load("/nowhere/recipe.yaml") } throws: { "\($0)".contains("/nowhere/recipe.yaml") }
    }

    @Test(
        arguments: [
            ("64MiB", 64), ("2GiB", 2048), ("1280MiB", 1280), ("16384GiB", 16 << 20),
        ])
    func readsASize(_ text: String, _ mebibytes: Int) {
        #expect(DiskExtent(text)?.mebibytes == mebibytes)
    }

    @Test(arguments: ["", "MiB", "GiB", "1.5GiB", "-1MiB", "64 MiB", "64", "16385GiB", "٣MiB"])
    func refusesWhatIsNoSize(_ text: String) {
        #expect(DiskExtent(text) == nil)
    }
}
