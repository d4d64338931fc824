import DHCP
import FuzzSupport
import Logging

private let log = SpokenLog.logger("options")

/// The options that firmware sends, and all others that have a format: an option's number, then its data.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPXEOptions(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let code = bytes.first else { return 0 }
    for format in KnownOptions.all where format.code.rawValue == code {
        do {
            let once = try format.reencode(Array(bytes.dropFirst()))
            let twice = try? format.reencode(once)
            log.trace("option \(code): \(once)")
            precondition(twice == once, "option \(code) is not read as it was written")
        } catch {
            log.trace("\(error)")
        }
    }
    if let userClass = try? KnownOptions.userClass.decode(Array(bytes.dropFirst())) {
        log.trace("\(userClass) \(userClass.holds("iPXE"))")
    }
    return 0
}
