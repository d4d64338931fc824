import DHCP
import NIOCore
import NetworkTypes
import Testing

@Suite struct MessageTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 0, 250] as [UInt8])
    func survivesARoundTripWithEveryField(type: UInt8) throws {
        var message = Message(operation: .bootReply, hardwareAddress: [2, 0, 0, 0, 0, 7], transactionID: 0xDEAD_BEEF)
        message.hops = 3
        message.seconds = 513
        message.wantsBroadcast = true
        message.clientAddress = IPv4Address(10, 0, 0, 1)
        message.yourAddress = IPv4Address(10, 0, 0, 2)
        message.nextServer = IPv4Address(10, 0, 0, 3)
        message.relayAddress = IPv4Address(10, 0, 0, 4)
        message.serverName = Array("server".utf8)
        message.bootFile = Array("snponly.efi".utf8)
        message.options.set(KnownOptions.messageType, MessageType(rawValue: type))
        message.options[OptionCode(200)] = [1, 2, 3]
        message.options[OptionCode(250)] = []
        #expect(try roundTrip(message) == message)
    }

    @Test func keepsUnknownOptionsInTheirOrder() throws {
        var message = request()
        for code in [254, 150, 209, 43, 60] as [UInt8] { message.options[OptionCode(code)] = [code, 0, 255] }
        let codes = try roundTrip(message).options.elements.map(\.code.rawValue)
        #expect(codes == [53, 254, 150, 209, 43, 60])
    }

    @Test(arguments: [0, 1, 6, 15, 16])
    func readsHardwareAddressesOfEveryLength(length: Int) throws {
        var message = request()
        message.hardwareAddress = Array(repeating: 2, count: length)
        let read = try roundTrip(message)
        #expect(read.hardwareAddress.count == length)
        #expect((read.macAddress != nil) == (length == 6))
    }

    @Test(arguments: [17, 128, 255] as [UInt8])
    func refusesAHardwareAddressLongerThanItsField(length: UInt8) throws {
        var bytes = try encoded(request())
        bytes[2] = length
        #expect(error(of: bytes)?.offset == 2)
    }

    @Test func pads() throws {
        #expect(try encoded(request()).count == 300)
    }

    @Test(arguments: [(65, 0), (0, 129)])
    func refusesToWriteFieldsThatAreTooLong(name: Int, file: Int) {
        var message = request()
        message.serverName = Array(repeating: 65, count: name)
        message.bootFile = Array(repeating: 65, count: file)
        var buffer = ByteBuffer()
        #expect(throws: DHCPError.self) { try buffer.writeDHCPMessage(message) }
        #expect(buffer.readableBytes == 0)
    }

    @Test func fillsSnameAndFileToTheirLastOctet() throws {
        var message = request()
        message.serverName = Array(repeating: 65, count: 64)
        message.bootFile = Array(repeating: 66, count: 128)
        #expect(try roundTrip(message) == message)
    }

    @Test(arguments: Capture.all)
    func refusesEveryTruncationOfARealPacket(capture: Capture) throws {
        let bytes = capture.bytes
        let end = try #require(bytes.lastIndex(of: 255))
        for count in 0...end { #expect(error(of: Array(bytes[..<count])) != nil, "\(count) octets") }
        #expect(error(of: bytes) == nil)
    }

    @Test(arguments: Capture.all)
    func neverTrapsWhereOneOctetOfARealPacketIsAnother(capture: Capture) {
        for index in capture.bytes.indices {
            for value in [0, 1, 52, 127, 255] as [UInt8] {
                var bytes = capture.bytes
                bytes[index] = value
                var buffer = ByteBuffer(bytes: bytes)
                guard let message = try? buffer.readDHCPMessage() else { continue }
                for format in KnownOptions.all {
                    guard let data = message.options[format.code] else { continue }
                    _ = try? format.reencode(data)
                }
            }
        }
    }

    @Test(arguments: Capture.all)
    func writesARealPacketBackAsTheSameMessage(capture: Capture) throws {
        var buffer = ByteBuffer(bytes: capture.bytes)
        let message = try buffer.readDHCPMessage()
        #expect(try roundTrip(message) == message)
        #expect(message.options.elements.map(\.code.rawValue) == capture.optionCodes)
    }

    @Test(arguments: Capture.all)
    func readsWhatARealFirmwareSaysOfItself(capture: Capture) throws {
        var buffer = ByteBuffer(bytes: capture.bytes)
        let message = try buffer.readDHCPMessage()
        #expect(try message.type == .discover)
        #expect(message.macAddress == capture.mac)
        #expect(try message.options.value(KnownOptions.clientArchitecture) == [capture.architecture])
        #expect(try message.options.value(KnownOptions.vendorClass)?.hasPrefix(capture.vendorClass) == true)
        #expect(try message.options.value(KnownOptions.userClass)?.holds("iPXE") == (capture.isIPXE ? true : nil))
        let uuid = try #require(try message.options.value(KnownOptions.machineIdentifier))
        let printed = try #require(SystemUUID("00112233-4455-6677-8899-aabbccddeeff"))
        #expect(uuid == printed || uuid.swapped == printed)
    }

    @Test func refusesAMissingEndMark() {
        #expect(error(of: packet(options: [53, 1, 1]))?.option == .end)
        #expect(error(of: packet(options: []))?.option == .end)
        #expect(error(of: packet(options: [53, 1, 1, 0, 0, 0]))?.option == .end)
    }

    @Test func refusesAWrongCookie() {
        var bytes = packet(options: [255])
        bytes[239] = 0
        #expect(error(of: bytes)?.offset == 236)
    }

    @Test func refusesALengthThatLeavesTheField() throws {
        let found = error(of: packet(options: [53, 1, 1, 12, 9, 65, 255]))
        let error = try #require(found)
        #expect(error.option == .init(12))
        #expect(error.offset == 244)
        #expect(error.actual == "9")
        #expect("\(error)" == "DHCP option 12, octet 244: expected at most 2 octets of data, found 9")
    }

    @Test func passesOverPads() throws {
        var buffer = ByteBuffer(bytes: packet(options: [0, 0, 53, 1, 1, 0, 255]))
        #expect(try buffer.readDHCPMessage().type == .discover)
    }

    @Test func movesNothingWhereItThrows() {
        var buffer = ByteBuffer(bytes: packet(options: [53, 1, 1]))
        let before = buffer
        #expect(throws: DHCPError.self) { try buffer.readDHCPMessage() }
        #expect(buffer == before)
    }
}
