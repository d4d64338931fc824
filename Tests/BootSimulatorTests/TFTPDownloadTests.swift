import BootSimulator
import NIOCore
import TFTP
import Testing

@Suite struct TFTPDownloadTests {
    private static func data(_ block: UInt16, _ count: Int) -> [UInt8] {
        [0, 3, UInt8(block >> 8), UInt8(block & 255)] + Array(repeating: 7, count: count)
    }

    private static func oack(_ words: String...) -> [UInt8] { [0, 6] + words.flatMap { Array($0.utf8) + [0] } }

    private static func ack(_ block: UInt8) -> TFTPDownload.Action { .send([0, 4, 0, block]) }

    @Test func asksSoThatAnotherCodecUnderstandsIt() throws {
        let download = TFTPDownload(file: "snponly.efi", blockSize: 1468, window: 4, purpose: .stall(after: 0))
        guard case .send(let bytes) = download.start() else {
            Issue.record("nothing is sent")
            return
        }
        let request = TFTPRequest(
            file: "snponly.efi",
            options: [
                TFTPOption("tsize", "0"), TFTPOption("blksize", "1468"), TFTPOption("windowsize", "4"),
                TFTPOption("timeout", "1"),
            ])
        #expect(try TFTPPacket(datagram: ByteBuffer(bytes: bytes)) == .readRequest(request))
    }

    @Test func acknowledgesEachBlockWithoutOptions() {
        var download = TFTPDownload(file: "f", blockSize: 1468)
        #expect(download.received(Self.data(1, 512)) == Self.ack(1))
        #expect(download.received(Self.data(1, 512)) == Self.ack(1))
        #expect(download.received(Self.data(2, 10)) == .finish(.complete(522), last: [0, 4, 0, 2]))
    }

    @Test func acknowledgesEachWindow() {
        var download = TFTPDownload(file: "f", blockSize: 8, window: 2)
        #expect(download.received(Self.oack("BLKSIZE", "8", "windowsize", "2", "tsize", "20")) == Self.ack(0))
        #expect(download.received(Self.data(1, 8)) == .wait)
        #expect(download.received(Self.data(2, 8)) == Self.ack(2))
        #expect(download.received(Self.data(4, 8)) == Self.ack(2))
        #expect(download.received(Self.data(3, 4)) == .finish(.complete(20), last: [0, 4, 0, 3]))
    }

    @Test func keepsWhatIsToBeRead() {
        var download = TFTPDownload(file: "f", blockSize: 8, purpose: .read)
        #expect(download.received([0, 3, 0, 1] + Array("text".utf8)) == .finish(.complete(4), last: [0, 4, 0, 1]))
        #expect(download.contents == Array("text".utf8))
    }

    @Test func endsTheTransferWhereOnlyTheSizeIsWanted() {
        var download = TFTPDownload(file: "f", blockSize: 8, purpose: .size)
        let aborted: [UInt8] = [0, 5, 0, 0] + Array("TFTP Aborted".utf8) + [0]
        #expect(download.received(Self.oack("tsize", "70")) == .finish(.complete(70), last: aborted))
        #expect(download.contents.isEmpty)
    }

    @Test func findsAFileOfAnotherSizeThanAnnounced() {
        var download = TFTPDownload(file: "f", blockSize: 8)
        #expect(download.received(Self.oack("tsize", "3")) == Self.ack(0))
        guard case .finish(.garbled, last: nil) = download.received(Self.data(1, 4)) else {
            Issue.record("four octets pass for three")
            return
        }
    }

    @Test(arguments: [
        ["blksize", "9"], ["blksize", "7"], ["blksize", "x"], ["windowsize", "2"], ["windowsize", "0"],
    ])
    func refusesOptionsThatItDidNotAskFor(option: [String]) {
        var download = TFTPDownload(file: "f", blockSize: 8)
        guard case .finish(.garbled, last: nil) = download.received(Self.oack(option[0], option[1])) else {
            Issue.record("\(option) is taken")
            return
        }
    }

    @Test func endsWithTheServersError() {
        var download = TFTPDownload(file: "f", blockSize: 8)
        let error: [UInt8] = [0, 5, 0, 1] + Array("none".utf8) + [0]
        #expect(download.received(error) == .finish(.refused(code: 1, message: "none"), last: nil))
    }

    @Test func givesUpOnASilentServer() {
        var download = TFTPDownload(file: "f", blockSize: 8)
        let request = download.start()
        for _ in 0..<5 { #expect(download.timedOut() == request) }
        #expect(download.timedOut() == .finish(.silent, last: nil))
    }

    @Test func stallsBehindTheBlockThatIsNamed() {
        var download = TFTPDownload(file: "f", blockSize: 8, purpose: .stall(after: 1))
        #expect(download.received(Self.oack("blksize", "8", "timeout", "1")) == Self.ack(0))
        #expect(download.received(Self.data(1, 8)) == Self.ack(1))
        for _ in 0..<3 { #expect(download.received(Self.data(2, 8)) == .wait) }
        #expect(download.timedOut() == .wait)
        let error: [UInt8] = [0, 5, 0, 0, 0]
        #expect(download.received(error) == .finish(.refused(code: 0, message: ""), last: nil))
    }

    @Test(arguments: [[], [0], [0, 3], [0, 9, 0, 0], [1, 3, 0, 1], [0, 6, 97, 0], [0, 6, 97, 0, 98]] as [[UInt8]])
    func knowsWhatIsNoPacketOfAServer(bytes: [UInt8]) {
        #expect(TFTPAnswer(bytes) == nil)
    }
}
