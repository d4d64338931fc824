import DHCP

/// The data of option 82: what is read is written as it came.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRelayOption(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let information = RelayAgentInformation(bytes: bytes) else { return 0 }
    precondition(information.bytes == bytes, "option 82 does not go back as it came")
    _ = "\(information) \(String(describing: information.circuitID)) \(String(describing: information.remoteID))"
    do {
        _ = try information.linkSelection
        _ = try information.serverIdentifierOverride
    } catch {
        _ = "\(error)"
    }
    return 0
}
