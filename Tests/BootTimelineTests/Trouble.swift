import BootTimeline
import NetworkTypes
import Testing

/// Events that provoke one cause, and words that its sentence has to hold.
struct Trouble: Sendable, CustomTestStringConvertible {
    var code: String
    var words: String
    var context = DiagnosisContext()
    var happen: @Sendable (inout Boot) -> Void

    var testDescription: String { code }

    /// At least one for each cause.
    static let all: [Trouble] = address + bootFile + loader + deployment

    private static let address: [Trouble] = [
        Trouble(code: "address-conflict", words: "already uses 10.0.0.10") { boot in
            boot.discover()
            boot.note(.unanswered(Boot.message("DISCOVER") { $0.conflict = Boot.address }, .rules, detail: "in use"))
        },
        Trouble(code: "address-conflict", words: "already uses 10.0.0.10") { boot in
            boot.discover()
            boot.note(.received(Boot.message("DECLINE") { $0.address = Boot.address }))
        },
        Trouble(code: "pool-exhausted", words: "No address is free for the host on interface eth1") { boot in
            boot.discover()
            boot.note(.unanswered(Boot.message("DISCOVER"), .poolExhausted, detail: ""))
        },
        Trouble(code: "no-subnet", words: "relay 10.9.0.1") { boot in
            boot.discover()
            boot.note(
                .unanswered(Boot.message("DISCOVER") { $0.relay = IPv4Address(10, 9, 0, 1) }, .noSubnet, detail: ""))
        },
        Trouble(code: "lease-not-stored", words: "disk full") { boot in
            boot.discover()
            boot.note(.unanswered(Boot.message("REQUEST"), .storeFailed, detail: "disk full"))
        },
        Trouble(code: "another-dhcp-server", words: "10.0.0.9, answers the host with the boot file other.efi") { boot in
            boot.takeAddress()
            boot.note(
                .foreignAnswer(
                    Boot.message("OFFER") { $0.bootFile = "other.efi" },
                    ForeignServer(address: IPv4Address(10, 0, 0, 9), mac: nil)))
        },
        Trouble(code: "another-dhcp-server", words: "10.0.0.9, answers the host.") { boot in
            boot.discover()
            boot.note(.answered(Boot.message("OFFER") { $0.address = Boot.address }))
            boot.note(
                .unanswered(
                    Boot.message("REQUEST") { $0.server = IPv4Address(10, 0, 0, 9) }, .anotherServer, detail: ""))
        },
        Trouble(code: "another-dhcp-server", words: "with the boot file other.efi") { boot in
            boot.discover()
            boot.offerByProxy()
            boot.note(
                .foreignAnswer(
                    Boot.message("OFFER") { $0.bootFile = "other.efi" },
                    ForeignServer(address: IPv4Address(10, 0, 0, 9), mac: nil)))
        },
        Trouble(code: "network-taken", words: "Ingot answers nobody on interface eth1") { boot in
            boot.discover()
            boot.note(.unanswered(Boot.message("DISCOVER"), .networkTaken, detail: "another server gives addresses"))
        },
        Trouble(code: "offer-not-taken", words: "offered to boot 4 times by the proxy") { boot in
            for _ in 1...4 {
                boot.discover()
                boot.offerByProxy()
                boot.wait(seconds: 4)
            }
        },
        Trouble(code: "offer-not-taken", words: "offered an address 1 times and took none") { boot in
            boot.discover()
            boot.note(.answered(Boot.message("OFFER") { $0.address = Boot.address }))
            boot.wait(seconds: 21)
        },
        Trouble(code: "not-answered", words: "DISCOVER got no answer: the subnet does not boot") { boot in
            boot.discover()
            boot.note(.unanswered(Boot.message("DISCOVER"), .rules, detail: "the subnet does not boot"))
        },
    ]

    private static let bootFile: [Trouble] = [
        Trouble(code: "proxy-offer-ignored", words: "3 times") { boot in
            for _ in 1...3 {
                boot.discover()
                boot.offerByProxy()
                boot.chooseOtherServer()
                boot.wait(seconds: 4)
            }
        },
        Trouble(code: "proxy-offer-ignored", words: "ignores the proxy's offer") { boot in
            boot.discover()
            boot.offerByProxy()
            boot.chooseOtherServer()
            boot.wait(seconds: 21)
        },
        Trouble(code: "no-boot-file", words: "(ARM 64-bit UEFI): none is for this architecture") { boot in
            boot.discover()
            boot.note(
                .answered(
                    Boot.message("OFFER") {
                        $0.architecture = .arm64UEFI
                        $0.noBootFile = "none is for this architecture"
                    }))
        },
        Trouble(code: "boot-file-missing", words: "asks for grub.cfg") { boot in
            boot.load()
            boot.transfer(.missing, file: "grub.cfg", blockSize: nil)
        },
        Trouble(code: "tftp-large-blocks-stall", words: "stalled after 0 bytes with blocks of 1468 bytes") { boot in
            boot.takeAddress()
            boot.transfer(.stalled)
        },
        Trouble(code: "tftp-large-blocks-stall", words: "large packets") { boot in
            boot.takeAddress()
            boot.transfer(.stalled)
            boot.wait(seconds: 5)
            boot.discover()
        },
        Trouble(code: "transfer-stalled", words: "after 150000 bytes") { boot in
            boot.takeAddress()
            boot.transfer(.stalled, bytes: 150_000)
        },
        Trouble(code: "transfer-stalled", words: "after 0 bytes") { boot in
            boot.takeAddress()
            boot.transfer(.stalled, blockSize: 512)
        },
        Trouble(code: "transfer-stalled", words: "did not answer what was sent") { boot in
            boot.takeAddress()
            boot.transfer(.stalled, blockSize: nil)
        },
        Trouble(code: "transfer-aborted", words: "broke off fetching snponly.efi after 40000 bytes") { boot in
            boot.takeAddress()
            boot.transfer(.aborted)
            boot.transfer(.aborted, bytes: 40_000)
            boot.wait(seconds: 61)
        },
        Trouble(code: "boot-file-not-fetched", words: "given the boot file ipxe.efi") { boot in
            boot.discover()
            boot.offerByProxy()
            boot.note(.received(Boot.message("REQUEST") { $0.port = 4011 }))
            boot.note(
                .answered(
                    Boot.message("ACK") {
                        $0.isProxy = true
                        $0.bootFile = "ipxe.efi"
                    }))
            boot.wait(seconds: 61)
        },
        Trouble(code: "transfer-failed", words: "snponly.efi could not be sent") { boot in
            boot.takeAddress()
            boot.transfer(.failed)
        },
        Trouble(code: "boot-file-not-fetched", words: "given the boot file snponly.efi") { boot in
            boot.takeAddress()
            boot.wait(seconds: 61)
        },
    ]

    private static let loader: [Trouble] = [
        Trouble(code: "silent-after-loader", words: "fetched all of snponly.efi") { boot in
            boot.load()
            boot.wait(seconds: 61)
        },
        Trouble(code: "silent-after-loader", words: "snponly.efi runs") { boot in
            boot.load()
            boot.takeAddress(isIPXE: true)
            boot.wait(seconds: 61)
        },
        Trouble(code: "silent-after-loader", words: "fetched all of snponly.efi") { boot in
            boot.load()
            boot.discover()
        },
        Trouble(code: "silent-after-script", words: "told to start the stage") { boot in
            boot.load()
            boot.script(.stage)
            boot.wait(seconds: 181)
        },
        Trouble(code: "script-failed", words: "could not decide") { boot in
            boot.load()
            boot.script(.failure)
        },
        Trouble(code: "boot-loop", words: "3 times in a minute and never got as far as the stage") { boot in
            for _ in 1...3 {
                boot.load()
                boot.wait(seconds: 10)
            }
        },
        Trouble(code: "boot-loop", words: "4 times in 8 minutes, though it was told to start its own disk") { boot in
            for _ in 1...4 {
                boot.load()
                boot.script(.localDisk)
                boot.wait(seconds: 150)
            }
            boot.discover()
        },
        Trouble(code: "parked", words: "10 rounds") { boot in
            for _ in 1...3 { boot.load() }
            boot.note(.parked(reason: "10 rounds without progress"))
        },
    ]

    private static let deployment: [Trouble] = [
        Trouble(
            code: "wrong-firmware-mode", words: "starts by bios, but debian-12 revision 1 boots by uefi only",
            context: DiagnosisContext(isAccepted: true, image: "debian-12 revision 1", imageFirmware: [.uefi])
        ) { boot in
            boot.stage(firmware: .bios)
            boot.note(.phase(deployment: "d-1", name: "inspect"))
            boot.note(.deploymentEnded(deployment: "d-1", state: "failed", message: "unfit"))
        },
        Trouble(code: "deployment-failed", words: "ended (parked): the disk is broken") { boot in
            boot.stage()
            boot.note(.phase(deployment: "d-1", name: "write"))
            boot.note(.deploymentEnded(deployment: "d-1", state: "parked", message: "the disk is broken"))
        },
    ]
}
