import FuzzSupport
import Logging
import NIOCore
import TFTP

private let log = SpokenLog.logger("tftp")

/// Datagrams of one client, each behind its length in two octets: the first is taken for its request, the others go to
/// the transfer. A length of 0 stands for a timeout.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTFTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    var transfer: TFTPTransfer?
    while rest.count >= 2 {
        let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        let datagram = ByteBuffer(bytes: rest.dropFirst(2).prefix(length))
        rest = rest.dropFirst(2 + length)
        if length == 0, var running = transfer {
            check(running.timedOut(), of: running)
            transfer = running
            continue
        }
        let packet: TFTPPacket
        do {
            packet = try TFTPPacket(datagram: datagram)
        } catch {
            log.trace("\(error)")
            continue
        }
        log.trace("\(packet)")
        checkRoundTrip(packet)
        if var running = transfer {
            check(running.received(packet), of: running)
            transfer = running
        } else if case .readRequest(let request) = packet {
            transfer = begin(request)
        }
    }
    return 0
}

private func checkRoundTrip(_ packet: TFTPPacket) {
    var buffer = ByteBuffer()
    packet.write(into: &buffer)
    // A mode may grow in lower case, and the longest request that is read is one of 1024 octets behind its opcode.
    guard buffer.readableBytes <= 1026 else { return }
    precondition((try? TFTPPacket(datagram: buffer)) == packet, "a packet is not read as it was written")
}

/// A file of three blocks without options; of many where the client asks for small ones.
private func begin(_ request: TFTPRequest) -> TFTPTransfer? {
    let size = 1300
    do {
        let settings = try TFTPSettings(options: request.options, size: size, limits: TFTPLimits())
        var transfer = TFTPTransfer(size: size, settings: settings, limits: TFTPLimits())
        check(transfer.start(), of: transfer)
        return transfer
    } catch {
        log.trace("\(error)")
        return nil
    }
}

/// Only blocks of the file are sent, and no more than a window of them.
private func check(_ action: TFTPAction, of transfer: TFTPTransfer) {
    log.trace("\(action)")
    guard case .sendBlocks(let blocks) = action else { return }
    precondition(blocks.lowerBound >= 1 && blocks.upperBound <= transfer.lastBlock, "blocks outside the file")
    precondition(blocks.count <= transfer.settings.windowSize, "more blocks than the window has")
    for block in blocks { precondition(transfer.bytes(ofBlock: block).count <= transfer.settings.blockSize) }
}
