import BootTimeline
import NetworkTypes

/// Writes the events of one host down, in the order of its boot.
struct Boot {
    static let mac = MACAddress([0x52, 0x54, 0, 0, 0, 1] as [UInt8]) ?? .zero
    static let server = IPv4Address(10, 0, 0, 1)
    static let address = IPv4Address(10, 0, 0, 10)

    private(set) var events: [BootEvent] = []
    /// Milliseconds since 1970.
    private(set) var now: Int64 = 1_700_000_000_000

    /// Time goes by.
    mutating func wait(seconds: Int64) { now += seconds * 1000 }

    /// One thing happens, a tenth of a second after the last.
    mutating func note(_ occurrence: BootOccurrence) {
        now += 100
        events.append(BootEvent(at: now, mac: Self.mac, occurrence: occurrence))
    }

    /// A DHCP message of x64 UEFI firmware, or of iPXE.
    static func message(
        _ type: String, isIPXE: Bool = false, _ change: (inout DHCPRecord) -> Void = { _ in }
    ) -> DHCPRecord {
        var record = DHCPRecord(type: type, interface: "eth1")
        record.vendorClass = "PXEClient:Arch:00007:UNDI:003016"
        record.architecture = .x64UEFI
        record.isIPXE = isIPXE
        change(&record)
        return record
    }

    mutating func discover(isIPXE: Bool = false) { note(.received(Self.message("DISCOVER", isIPXE: isIPXE))) }

    /// A proxy's offer without an address.
    mutating func offerByProxy() { note(.answered(Self.message("OFFER") { $0.isProxy = true })) }

    /// The REQUEST for another server's address.
    mutating func chooseOtherServer() {
        note(.received(Self.message("REQUEST")))
        note(.unanswered(Self.message("REQUEST"), .rules, detail: "the client talks to another server"))
    }

    /// DISCOVER to ACK.
    mutating func takeAddress(isIPXE: Bool = false, bootFile: String = "snponly.efi") {
        discover(isIPXE: isIPXE)
        for type in ["OFFER", "ACK"] {
            if type == "ACK" { note(.received(Self.message("REQUEST", isIPXE: isIPXE))) }
            let answer = Self.message(type, isIPXE: isIPXE) {
                $0.address = Self.address
                $0.server = Self.server
                $0.bootFile = bootFile
            }
            note(.answered(answer))
        }
    }

    mutating func transfer(
        _ ending: TransferRecord.Ending, file: String = "snponly.efi", bytes: Int = 0, blockSize: Int? = 1468
    ) {
        note(
            .transfer(
                TransferRecord(
                    service: .tftp, file: file, bytes: bytes, milliseconds: 40, blockSize: blockSize, ending: ending)))
    }

    /// From the firmware's DISCOVER to a whole loader.
    mutating func load() {
        takeAddress()
        transfer(.complete, bytes: 300_000)
    }

    mutating func script(_ plan: ScriptRecord.Plan) { note(.script(ScriptRecord(loader: .ipxe, plan: plan))) }

    /// All the way to the stage's greeting.
    mutating func stage(firmware: FirmwareMode = .uefi) {
        load()
        takeAddress(isIPXE: true, bootFile: "http://10.0.0.1:8080/boot/ipxe/52-54-00-00-00-01")
        script(.stage)
        note(.greeting(firmware: firmware, secureBoot: false))
    }

    func diagnosis(_ context: DiagnosisContext = DiagnosisContext()) -> Diagnosis? {
        Diagnosis.of(events: events, context: context, now: now)
    }
}
