import BootTimeline
import NetworkTypes

extension Provisioner {
    /// Tells the timeline what happened to the host that boots from the NIC `mac`.
    func observe(_ mac: MACAddress, _ occurrence: BootOccurrence) {
        observer.record(BootEvent(at: milliseconds(), mac: mac, occurrence: occurrence))
    }
}
