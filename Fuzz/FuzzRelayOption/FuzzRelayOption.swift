import DHCP
import FuzzSupport
import Logging

private let log = SpokenLog.logger("option 82")

/// The data of option 82: what is read is written as it came.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRelayOption(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let information = RelayAgentInformation(bytes: bytes) else { return 0 }
    precondition(information.bytes == bytes, "option 82 does not go back as it came")
    log.trace("\(information) \(String(describing: information.circuitID)) \(String(describing: information.remoteID))")
    do {
        let (link, server) = (try information.linkSelection, try information.serverIdentifierOverride)
        log.trace("link \(String(describing: link)), server \(String(describing: server))")
    } catch {
        log.trace("\(error)")
    }
    return 0
}
