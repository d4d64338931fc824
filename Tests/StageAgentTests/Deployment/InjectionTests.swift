import AgentProtocol
import FoundationEssentials
import Glibc
import LinuxSystem
import StageAgent
import Testing

/// Injection into real file systems on loop devices; needs root.
@Suite(.serialized)
struct InjectionTests {
    private let injection = Injection(
        files: [
            InjectedFile(path: "/var/lib/cloud/seed/nocloud/meta-data", mode: 0o600, content: "instance-id: \"d-1\"\n"),
            InjectedFile(path: "/etc/systemd/system/call.service", mode: 0o644, content: "[Unit]\n"),
        ],
        links: [
            InjectedLink(path: "/etc/systemd/system/a.wants/call.service", target: "/etc/systemd/system/call.service")
        ]
    )

    @Test(arguments: ["ext4", "xfs", "btrfs"])
    func writesFilesAndLinksAndForgetsEarlierBoots(type: String) throws {
        let disk = try LoopFileSystem(type)
        try disk.mounted { root in
            try makeSystem(root)
            try makeDirectory("\(root)/var/lib/cloud/instances/i-old/sem")
            try write("old", "\(root)/var/lib/cloud/instances/i-old/user-data.txt")
            try write("old", "\(root)/var/lib/cloud/data/instance-id")
            symlink("/var/lib/cloud/instances/i-old", "\(root)/var/lib/cloud/instance")
            try write("kept", "\(root)/var/lib/cloud/scripts/mine")
        }
        try disk.mounted { try injection.apply(to: RootTree($0)) }
        try disk.mounted(readOnly: true) { root in
            try injection.check(RootTree(root))
            let cloud = try FileManager.default.contentsOfDirectory(atPath: "\(root)/var/lib/cloud")
            #expect(cloud.sorted() == ["scripts", "seed"])
            #expect(text("\(root)/var/lib/cloud/seed/nocloud/meta-data") == "instance-id: \"d-1\"\n")
            var status = stat()
            #expect(stat("\(root)/var/lib/cloud/seed/nocloud/meta-data", &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o600)
            #expect(status.st_uid == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/etc/systemd/system")
            #expect(names.sorted() == ["a.wants", "call.service"])
        }
    }

    @Test func aSecondRunEndsTheSame() throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            try makeSystem(root)
            for _ in 0..<2 { try injection.apply(to: RootTree(root)) }
            try injection.check(RootTree(root))
        }
    }

    @Test(arguments: ["ext4", "xfs", "btrfs"])
    func noLinkOfTheImageLeadsOutOfIt(type: String) throws {
        let outside = "/tmp/ingot-outside-\(UUID().uuidString)"
        try makeDirectory(outside)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        let disk = try LoopFileSystem(type)
        try disk.mounted { root in
            try makeSystem(root)
            // Absolute, and far up: both must end inside the image.
            try makeDirectory("\(root)\(outside)")
            symlink(outside, "\(root)/etc/systemd")
            try makeDirectory("\(root)/var/lib")
            symlink("../../../../../../../../..\(outside)", "\(root)/var/lib/cloud")
            try injection.apply(to: RootTree(root))
            try injection.check(RootTree(root))
            #expect(text("\(root)\(outside)/system/call.service") == "[Unit]\n")
            #expect(text("\(root)\(outside)/seed/nocloud/meta-data") == "instance-id: \"d-1\"\n")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    @Test func aLinkInTheFilesPlaceIsReplacedAndNotFollowed() throws {
        let outside = "/tmp/ingot-outside-\(UUID().uuidString)"
        try write("untouched", outside)
        defer { unlink(outside) }
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            try makeSystem(root)
            try write("inside", "\(root)/etc/target")
            try makeDirectory("\(root)/etc/systemd/system/a.wants")
            symlink("/etc/target", "\(root)/etc/systemd/system/call.service")
            symlink(outside, "\(root)/etc/systemd/system/a.wants/call.service")
            try injection.apply(to: RootTree(root))
            try injection.check(RootTree(root))
            #expect(text("\(root)/etc/target") == "inside")
        }
        #expect(text(outside) == "untouched")
    }

    @Test func linksInEarlierStateAreRemovedAndNotFollowed() throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            try makeSystem(root)
            try write("kept", "\(root)/home/me/file")
            try makeDirectory("\(root)/var/lib/cloud/instances")
            symlink("/home/me", "\(root)/var/lib/cloud/instances/evil")
            symlink("/home/me", "\(root)/var/lib/cloud/data")
            try injection.apply(to: RootTree(root))
            #expect(text("\(root)/home/me/file") == "kept")
        }
    }

    @Test func aLinkThatLeadsNowhereIsAnError() throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            try makeSystem(root)
            symlink("/nowhere", "\(root)/etc/systemd")
            let error = #expect(throws: DiskError.self) { try injection.apply(to: RootTree(root)) }
            #expect(error?.description.contains("/etc/systemd: a link that leads nowhere has its name") == true)
        }
    }

    @Test(arguments: ["etc/x", "/", "/etc/../x", "/etc//x", "/etc/./x", ""])
    func pathsThatAreNotPlainAreRefused(path: String) throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            try makeSystem(root)
            let evil = Injection(files: [InjectedFile(path: path, mode: 0o600, content: "")], links: [])
            #expect(throws: DiskError.self) { try evil.apply(to: RootTree(root)) }
        }
    }

    @Test func aFileSystemWithoutEtcIsNoRoot() throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            let error = #expect(throws: PhaseFailure.self) { try injection.apply(to: RootTree(root)) }
            #expect(error?.code == .imageUnfit)
        }
    }

    @Test(arguments: ["content", "mode", "owner", "link"])
    func theCheckFindsWhatChanged(what: String) throws {
        let disk = try LoopFileSystem("ext4")
        try disk.mounted { root in
            try makeSystem(root)
            try injection.apply(to: RootTree(root))
            let file = "\(root)/etc/systemd/system/call.service"
            switch what {
            case "content": try write("[Unix]\n", file)
            case "mode": chmod(file, 0o666)
            case "owner": chown(file, 1000, 1000)
            default: unlink("\(root)/etc/systemd/system/a.wants/call.service")
            }
            let error = #expect(throws: PhaseFailure.self) { try injection.check(RootTree(root)) }
            #expect(error?.code == .verifyMismatch)
        }
    }

    private func makeSystem(_ root: String) throws { try makeDirectory("\(root)/etc") }

    private func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private func write(_ text: String, _ path: String) throws {
        try makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
