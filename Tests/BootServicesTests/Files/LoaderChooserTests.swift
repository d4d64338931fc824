import BootPolicy
import BootServices
import BootTimeline
import NetworkTypes
import Synchronization
import Testing

struct LoaderChooserTests {
    /// A chooser whose clock and knowledge tests move.
    private final class Rig: BootObserving {
        let now = Mutex<Int64>(0)
        let known = Mutex<LoaderKnowledge?>(nil)
        let events = Mutex<[BootEvent]>([])

        func record(_ event: BootEvent) { events.withLock { $0.append(event) } }

        func chooser() throws -> LoaderChooser {
            try LoaderChooser(
                policy: policy(), knowledge: { [self] _ in known.withLock { $0 } }, observer: self,
                milliseconds: { [self] in now.withLock { $0 } })
        }

        func policy(rules: LoaderRules = LoaderRules()) throws -> BootFilePolicy {
            func file(_ name: String, _ loader: BootLoader) -> BootFile {
                BootFile(name: name, loader: loader, architecture: .x64, firmware: .uefi, package: "x", source: "/x")
            }
            let manifest = try BootFileManifest(files: [
                file("snponly.efi", .ipxe), file("shimx64.efi", .shim), file("grubx64.efi", .grub),
            ])
            return BootFilePolicy(manifest: manifest, httpPort: 80, rules: rules)
        }

        /// What firmware that starts a minute later is told.
        func boot(_ chooser: LoaderChooser, isIPXE: Bool = false) -> BootAnswer {
            now.withLock { $0 += 60_000 }
            return chooser.answer(to: request(isIPXE: isIPXE))
        }

        func request(isIPXE: Bool = false) -> BootRequest {
            BootRequest(
                mac: .broadcast, attempt: UInt32(truncatingIfNeeded: now.withLock { $0 }), architecture: .x64UEFI,
                clientClass: .pxe, isIPXE: isIPXE,
                server: IPv4Address(10, 0, 0, 1))
        }
    }

    private static let shim = BootAnswer.tftp(server: IPv4Address(10, 0, 0, 1), file: "shimx64.efi")
    private static let ipxe = BootAnswer.tftp(server: IPv4Address(10, 0, 0, 1), file: "snponly.efi")

    @Test func fallsBackAfterTwoSilentAttemptsAndSaysSo() throws {
        let rig = Rig()
        let chooser = try rig.chooser()
        #expect(rig.boot(chooser) == Self.shim)
        #expect(chooser.answer(to: rig.request()) == Self.shim)
        #expect(rig.boot(chooser) == Self.shim)
        #expect(rig.events.withLock { $0 }.isEmpty)
        #expect(rig.boot(chooser) == Self.ipxe)
        let event = BootEvent(
            at: 180_000, mac: .broadcast, occurrence: .fallback(from: "shimx64.efi", to: "snponly.efi"))
        #expect(rig.events.withLock { $0 } == [event])
    }

    @Test func staysWithALoaderThatAskedForItsScript() throws {
        let rig = Rig()
        let chooser = try rig.chooser()
        for _ in 0..<5 {
            #expect(rig.boot(chooser) == Self.shim)
            chooser.progressed(.broadcast)
        }
    }

    @Test func knowsWhatTheStageReportedAsSoonAsItDid() throws {
        let rig = Rig()
        let chooser = try rig.chooser()
        #expect(rig.boot(chooser) == Self.shim)
        rig.known.withLock { $0 = LoaderKnowledge(secureBoot: false) }
        #expect(rig.boot(chooser) == Self.ipxe)
    }

    @Test func iPXEThatAsksByDHCPAloneIsNoProgress() throws {
        let rig = Rig()
        let chooser = try rig.chooser()
        for _ in 0..<2 {
            #expect(rig.boot(chooser) == Self.shim)
            #expect(rig.boot(chooser, isIPXE: true) == .http(url: "http://10.0.0.1:80/boot/ipxe/ff-ff-ff-ff-ff-ff"))
        }
        #expect(rig.boot(chooser) == Self.ipxe)
    }

    @Test func goesByANewPolicyAtOnce() throws {
        let rig = Rig()
        let chooser = try rig.chooser()
        #expect(rig.boot(chooser) == Self.shim)
        chooser.use(try rig.policy(rules: LoaderRules(hosts: [.init(mac: .broadcast, loader: "snponly.efi")])))
        #expect(rig.boot(chooser) == Self.ipxe)
    }
}
