import TFTP
import Testing

struct TFTPNegotiationTests {
    static let limits = TFTPLimits(blockSize: 1468, windowSize: 16, timeout: 30)

    static func settings(_ options: [(String, String)]) throws -> TFTPSettings {
        try TFTPSettings(
            options: options.map { TFTPOption($0.0, $0.1) }, size: 74213, limits: limits)
    }

    @Test func withoutOptionsThereIsNoAcknowledgement() throws {
        let settings = try Self.settings([])
        #expect(settings.acknowledged.isEmpty)
        #expect(settings.blockSize == 512)
        #expect(settings.windowSize == 1)
        #expect(settings.timeout == nil)
    }

    @Test(arguments: [
        ("blksize", "1432", "1432"), ("blksize", "8", "8"), ("blksize", "1468", "1468"), ("blksize", "1469", "1468"),
        ("BLKSIZE", "65464", "1468"), ("blksize", "70000", "1468"), ("windowsize", "1", "1"),
        ("windowsize", "64", "16"), ("tsize", "0", "74213"), ("timeout", "1", "1"), ("timeout", "30", "30"),
    ])
    func acknowledgesWithinItsLimits(name: String, asked: String, granted: String) throws {
        let settings = try Self.settings([(name, asked)])
        #expect(settings.acknowledged == [TFTPOption(name.lowercased(), granted)])
    }

    @Test func whatIsAcknowledgedHolds() throws {
        let settings = try Self.settings([("windowsize", "4"), ("blksize", "1024"), ("timeout", "3")])
        #expect(settings.blockSize == 1024)
        #expect(settings.windowSize == 4)
        #expect(settings.timeout == 3)
        #expect(settings.acknowledged.map(\.name) == ["windowsize", "blksize", "timeout"])
    }

    @Test(arguments: [("timeout", "0"), ("timeout", "31"), ("timeout", "256"), ("multicast", ""), ("x", "9")])
    func leavesOutWhatItDoesNotTake(name: String, value: String) throws {
        let settings = try Self.settings([(name, value), ("tsize", "0")])
        #expect(settings.acknowledged.map(\.name) == ["tsize"])
        #expect(settings.timeout == nil)
    }

    @Test(arguments: [
        [("blksize", "7")], [("blksize", "")], [("blksize", "-1")], [("blksize", "+512")], [("blksize", "5e2")],
        [("blksize", "99999999999999999999")], [("windowsize", "0")], [("tsize", "x")], [("timeout", "soon")],
        [("blksize", "512"), ("Blksize", "1024")],
    ])
    func endsWithError8WhereNoSmallerValueWouldDo(options: [(String, String)]) {
        let error = #expect(throws: TFTPError.self) { try Self.settings(options) }
        #expect(error?.code == .optionNegotiation)
    }
}
