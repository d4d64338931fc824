import BootTimeline
import Foundation
import NetworkTypes
import Testing

struct OccurrenceTests {
    /// One of each kind.
    static let all: [BootOccurrence] = [
        .received(Boot.message("DISCOVER") { $0.relay = IPv4Address(10, 9, 0, 1) }),
        .answered(Boot.message("ACK") { $0.bootFile = "snponly.efi" }),
        .unanswered(Boot.message("DISCOVER"), .poolExhausted, detail: "no address is free"),
        .foreignAnswer(Boot.message("OFFER"), ForeignServer(address: IPv4Address(10, 0, 0, 9), mac: Boot.mac)),
        .transfer(
            TransferRecord(
                service: .tftp, file: "snponly.efi", bytes: 0, milliseconds: 23_000, blockSize: 1468, ending: .stalled,
                detail: "no acknowledgement")),
        .script(ScriptRecord(loader: .grub, plan: .localDisk)), .greeting(firmware: .uefi, secureBoot: true),
        .phase(deployment: "d-1", name: "write"),
        .deploymentEnded(deployment: "d-1", state: "failed", message: "the disk is broken"),
        .firstBoot(deployment: "d-1"), .fallback(from: "snponly.efi", to: "ipxe.efi"), .parked(reason: "10 rounds"),
        .nameTaken(name: "db1", holder: "h-2"),
    ]

    @Test func everyKindHasANameOfItsOwn() {
        #expect(Set(Self.all.map(\.kind)).count == Self.all.count)
    }

    @Test(arguments: all)
    func anEventComesBackUnchanged(occurrence: BootOccurrence) throws {
        let event = BootEvent(at: 1_700_000_000_123, mac: Boot.mac, occurrence: occurrence)
        #expect(try JSONDecoder().decode(BootEvent.self, from: JSONEncoder().encode(event)) == event)
    }

    @Test func aLineSaysWhatMatters() {
        #expect(
            Self.all[0].text == "asks: DISCOVER on eth1, by relay 10.9.0.1, x64 UEFI, "
                + "class 'PXEClient:Arch:00007:UNDI:003016'")
        #expect(Self.all[3].text.hasPrefix("another DHCP server, 10.0.0.9 (52:54:00:00:00:01), answers: OFFER"))
        #expect(
            Self.all[4].text
                == "tftp snponly.efi: stalled, 0 bytes in 23000 ms, blocks of 1468, no acknowledgement")
        #expect(Self.all[10].text == "silent after snponly.efi, is offered ipxe.efi")
    }
}
