import Glibc
import NIOCore
import TFTP

/// Writes the DATA packets of consecutive blocks by one system call, straight from the file's bytes. For one thread.
final class BlockWriter {
    /// UDP_MAX_SEGMENTS.
    private static let maximumPackets = 64
    /// Octets of UDP payload in an IPv4 packet.
    private static let maximumPayload = 65507

    private let packet = UnsafeMutableRawBufferPointer.allocate(byteCount: maximumPayload, alignment: 8)
    private let headers = UnsafeMutablePointer<UInt32>.allocate(capacity: maximumPackets)
    private let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: 2 * maximumPackets)

    deinit {
        packet.deallocate()
        headers.deallocate()
        vectors.deallocate()
    }

    /// How many packets with blocks of `blockSize` octets one write can carry, at least 1.
    static func capacity(blockSize: Int) -> Int {
        max(min(maximumPackets, maximumPayload / (TFTPPacket.dataHeader + blockSize)), 1)
    }

    /// Writes at most `capacity` blocks; the errno of what failed, or 0.
    func write(
        _ blocks: ClosedRange<Int>, of transfer: TFTPTransfer, from contents: ByteBuffer, to socket: TransferSocket
    ) -> CInt {
        contents.withUnsafeReadableBytes { file in
            if blocks.count == 1 { return write(blocks.lowerBound, of: transfer, from: file, to: socket) }
            var message = msghdr()
            message.msg_iov = vectors
            for (index, block) in blocks.enumerated() {
                headers[index] = TFTPPacket.header(ofBlock: TFTPTransfer.wireNumber(block)).bigEndian
                append(UnsafeRawPointer(headers + index), TFTPPacket.dataHeader, to: &message)
                let bytes = transfer.bytes(ofBlock: block)
                if let start = file.baseAddress { append(start + bytes.lowerBound, bytes.count, to: &message) }
            }
            return sendmsg(socket.descriptor, &message, TransferSocket.atOnce) < 0 ? errno : 0
        }
    }

    /// Writes one block: copying it costs less than having the kernel gather it.
    private func write(
        _ block: Int, of transfer: TFTPTransfer, from file: UnsafeRawBufferPointer, to socket: TransferSocket
    ) -> CInt {
        let header = TFTPPacket.header(ofBlock: TFTPTransfer.wireNumber(block)).bigEndian
        let bytes = transfer.bytes(ofBlock: block)
        packet.storeBytes(of: header, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: packet[TFTPPacket.dataHeader...]).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: file[bytes]))
        let size = TFTPPacket.dataHeader + bytes.count
        return send(socket.descriptor, packet.baseAddress, size, TransferSocket.atOnce) < 0 ? errno : 0
    }

    private func append(_ start: UnsafeRawPointer, _ count: Int, to message: inout msghdr) {
        vectors[message.msg_iovlen] = iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: count)
        message.msg_iovlen += 1
    }
}
