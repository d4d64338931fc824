import BootServices
import BootTimeline
import DHCP
import NIOCore
import NetworkTypes
import Testing

/// What is read out of a frame of some DHCP server.
struct ForeignAnswerTests {
    private func read(_ message: Message, port: UInt16 = 67) throws -> ForeignAnswer? {
        ForeignAnswer(
            try ForeignAnswers.frame(message, port: port), from: ForeignAnswers.serverMAC, on: "eth1")
    }

    @Test func readsAnOfferOfAnAddress() throws {
        let address = IPv4Address(10, 77, 0, 100)
        var message = ForeignAnswers.message(.offer, address: address)
        message.bootFile = Array("rogue.efi".utf8)
        let answer = try #require(try read(message))
        #expect(answer.client == ForeignAnswers.client && answer.source == ForeignAnswers.server)
        #expect(answer.server == ForeignServer(address: ForeignAnswers.server, mac: ForeignAnswers.serverMAC))
        #expect(answer.record.type == "OFFER" && answer.record.interface == "eth1" && answer.record.port == 67)
        #expect(answer.record.address == address && answer.record.bootFile == "rogue.efi")
        #expect(answer.decidesAddresses && !answer.record.isProxy)
    }

    @Test(arguments: ["PXEClient", "HTTPClient:Arch:00016"])
    func anAnswerToABootClientWithoutAnAddressIsAProxys(vendorClass: String) throws {
        var message = ForeignAnswers.message(.ack, vendorClass: vendorClass)
        message.options.set(KnownOptions.bootFileName, "http://10.77.0.66/x.efi")
        let answer = try #require(try read(message, port: 4011))
        #expect(answer.record.isProxy && !answer.decidesAddresses)
        #expect(answer.record.bootFile == "http://10.77.0.66/x.efi" && answer.record.port == 4011)
    }

    @Test func aRefusalDecidesAboutAddresses() throws {
        let answer = try #require(try read(ForeignAnswers.message(.nak)))
        #expect(answer.decidesAddresses && !answer.record.isProxy)
    }

    @Test func theSettingsOfAnInformedClientAreNoProxys() throws {
        let answer = try #require(try read(ForeignAnswers.message(.ack)))
        #expect(!answer.decidesAddresses && !answer.record.isProxy)
    }

    @Test func takesThePacketsSourceForAServerWithoutAnIdentifier() throws {
        var message = ForeignAnswers.message(.offer)
        message.options[KnownOptions.serverIdentifier.code] = nil
        #expect(try read(message)?.server.address == ForeignAnswers.server)
    }

    @Test func lettersOfAStrangerCannotRunATerminal() throws {
        var message = ForeignAnswers.message(.offer)
        message.bootFile = [0x1B, 0x5B, 0x32, 0x4A, 0x61, 0xFF]
        #expect(try read(message)?.record.bootFile == "?[2Ja?")
    }

    @Test(arguments: [MessageType.discover, .request, .decline, .release, .inform, MessageType(rawValue: 77)])
    func whatClientsSayIsNoAnswer(type: MessageType) throws {
        #expect(try read(ForeignAnswers.message(type)) == nil)
        var message = ForeignAnswers.message(.offer)
        message.operation = .bootRequest
        #expect(try read(message) == nil)
    }

    @Test func anythingElseIsNoAnswer() throws {
        let frame = UDPFrame(
            source: ForeignAnswers.server, sourcePort: 67, destination: .broadcast, destinationPort: 68,
            payload: ByteBuffer(repeating: 0xFF, count: 300))
        #expect(ForeignAnswer(frame, from: nil, on: "eth1") == nil)
    }
}
