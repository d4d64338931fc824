import Foundation
import ImageBuilder
import Testing

@Suite struct RootTreeTests {
    @Test func writesFilesWithTheirModesAndDirectories() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let tree = RootTree(folder.path)
        try tree.write("/etc/a/b.conf", "text", mode: 0o600)
        try tree.write("/etc/a/b.conf", "other", mode: 0o640)
        let path = folder.path + "/etc/a/b.conf"
        #expect(FileManager.default.contents(atPath: path) == Data("other".utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    @Test func removesWhatMatchesAndNothingElse() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let tree = RootTree(folder.path)
        for name in ["sound/x.ko", "net/y.ko", "fs/ext4/z.ko", "fs/xfs/z.ko"] {
            try folder.write("lib/6.1/\(name)", "")
        }
        #expect(try tree.remove("/lib/*/{sound,fs/xfs,none}") == 2)
        #expect(!tree.has("/lib/6.1/sound") && !tree.has("/lib/6.1/fs/xfs"))
        #expect(tree.has("/lib/6.1/net/y.ko") && tree.has("/lib/6.1/fs/ext4/z.ko"))
        #expect(try tree.remove("/lib/none") == 0)
    }

    @Test func removesALinkAndNotItsTarget() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let tree = RootTree(folder.path)
        try folder.write("kept/file", "")
        try tree.link("/link", to: "/kept")
        try tree.link("/dangling", to: "/nowhere")
        #expect(try tree.remove("/{link,dangling}") == 2)
        #expect(tree.has("/kept/file") && !tree.has("/link") && !tree.has("/dangling"))
    }

    @Test func neverFollowsALinkOutOfTheTree() throws {
        let folder = try TemporaryFolder()
        let outside = try TemporaryFolder()
        defer {
            folder.remove()
            outside.remove()
        }
        try outside.write("victim", "")
        let tree = RootTree(folder.path)
        try tree.link("/escape", to: outside.path)
        #expect { try tree.write("/escape/new", "") } throws: { "\($0)".contains("leads out of the image") }
        #expect(try tree.remove("/escape/*") == 0)
        #expect(FileManager.default.fileExists(atPath: outside.path + "/victim"))
        #expect(!FileManager.default.fileExists(atPath: outside.path + "/new"))
    }

    @Test func replacesALinkInsteadOfWritingThroughIt() throws {
        let folder = try TemporaryFolder()
        let outside = try TemporaryFolder()
        defer {
            folder.remove()
            outside.remove()
        }
        try outside.write("victim", "kept")
        let tree = RootTree(folder.path)
        try tree.link("/file", to: outside.path + "/victim")
        try tree.write("/file", "new")
        #expect(FileManager.default.contents(atPath: outside.path + "/victim") == Data("kept".utf8))
    }
}
