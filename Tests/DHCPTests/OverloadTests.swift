import DHCP
import NIOCore
import Testing

@Suite struct OverloadTests {
    @Test func readsOptionsFromFileAndThenFromSname() throws {
        var bytes = packet(options: [52, 1, 3, 12, 1, 65, 255])
        bytes.replaceSubrange(108..<112, with: [12, 1, 66, 255])
        bytes.replaceSubrange(44..<48, with: [12, 1, 67, 255])
        var buffer = ByteBuffer(bytes: bytes)
        let message = try buffer.readDHCPMessage()
        #expect(try message.options.value(KnownOptions.hostName) == "ABC")
        #expect(message.options[.overload] == nil)
        #expect(message.bootFile.isEmpty && message.serverName.isEmpty)
    }

    @Test(arguments: [[52, 1, 0], [52, 1, 4], [52, 1, 255], [52, 2, 1, 1], [52, 0]] as [[UInt8]])
    func refusesAnOverloadOptionThatNamesNoField(option: [UInt8]) {
        #expect(error(of: packet(options: option + [255]))?.option == .overload)
    }

    @Test(arguments: [(108, 1), (44, 2)] as [(Int, UInt8)])
    func refusesAnOverloadedFieldThatOverloadsAgain(offset: Int, value: UInt8) {
        var bytes = packet(options: [52, 1, value, 255])
        bytes.replaceSubrange(offset..<offset + 4, with: [52, 1, 3, 255])
        #expect(error(of: bytes)?.option == .overload)
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func refusesAnOverloadedFieldWithoutAnEndMark(value: UInt8) {
        #expect(error(of: packet(options: [52, 1, value, 255]))?.option == .end)
    }

    @Test func joinsTheParts() throws {
        var buffer = ByteBuffer(bytes: packet(options: [67, 1, 97, 12, 1, 66, 67, 2, 98, 99, 255]))
        let message = try buffer.readDHCPMessage()
        #expect(try message.options.value(KnownOptions.bootFileName) == "abc")
        #expect(message.options.elements.map(\.code.rawValue) == [67, 12])
    }

    @Test(arguments: [255, 256, 300, 420])
    func splitsLongOptionsOverWhatRoomThereIs(count: Int) throws {
        var message = request()
        message.options[OptionCode(224)] = (0..<count).map { UInt8($0 & 255) }
        #expect(try roundTrip(message) == message)
        #expect(try encoded(message).count <= 548)
    }

    @Test func usesFileAndSnameOnlyWhereTheyAreFree() throws {
        var message = request()
        message.options[OptionCode(224)] = Array(repeating: 7, count: 250)
        message.options[OptionCode(225)] = Array(repeating: 8, count: 100)
        #expect(try roundTrip(message) == message)
        #expect(try encoded(message)[240...242] == [52, 1, 1])
        message.bootFile = Array("file".utf8)
        message.serverName = Array("name".utf8)
        #expect(throws: DHCPError.self) { try encoded(message) }
        #expect(try roundTrip(message, maximumSize: 1472) == message)
    }

    @Test func saysWhichOptionHasNoRoom() throws {
        var message = request()
        message.options[OptionCode(224)] = Array(repeating: 7, count: 600)
        let error = try #require(throws: DHCPError.self) { try encoded(message) }
        #expect(error.option == OptionCode(224))
    }
}
