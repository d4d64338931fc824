import AgentProtocol
import Foundation
import ImageFormat
import Testing
import UserAPI

struct EventStreamParserTests {
    /// Two to four bytes a character, a line break in the text, and what looks like the end of an event.
    private static let line = LogLine(id: 7, at: Timestamp(5), attempt: 1, line: "Größe 3 € – 𝄞 \n\n event: log")

    private static func detail() throws -> DeploymentDetail {
        let summary = DeploymentSummary(
            id: "d1", hostID: "h1", hostName: "büro-1", image: "debian-12", revision: 3, state: .failed, phase: .write,
            attempt: 1, created: Timestamp(5), ended: nil)
        return DeploymentDetail(
            deployment: summary, manifest: ChunkDigest(of: [1]), diskRule: "", disk: nil, allowOverwrite: false,
            maximumAttempts: 3, progress: nil, phaseMilliseconds: [:],
            failure: DeploymentProblem(attempt: 1, phase: .write, code: .internal, message: "Gerät weg"),
            proof: nil, cloudInitStatus: nil, cloudInitErrors: [], started: nil, committed: nil, expires: Timestamp(9),
            hasReceipt: false)
    }

    /// The events as the server writes them.
    private static func bytes(_ events: [DeploymentEvent]) throws -> [UInt8] {
        var text = ""
        for event in events {
            let data =
                switch event {
                case .deployment(let detail): try JSONEncoder().encode(detail)
                case .log(let line): try JSONEncoder().encode(line)
                }
            text += "event: \(event.name)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
        }
        return Array(text.utf8)
    }

    @Test func findsTheSameEventsWhereverTheStreamIsSplit() throws {
        let events: [DeploymentEvent] = [.log(Self.line), .deployment(try Self.detail()), .log(Self.line)]
        let bytes = try Self.bytes(events)
        for split in 0...bytes.count {
            var parser = EventStreamParser()
            var found = try parser.append(bytes[..<split])
            found += try parser.append(bytes[split...])
            #expect(found == events, "split at \(split)")
        }
    }

    @Test func findsEveryEventInSingleBytes() throws {
        let events: [DeploymentEvent] = [.deployment(try Self.detail()), .log(Self.line)]
        var parser = EventStreamParser()
        var found: [DeploymentEvent] = []
        for byte in try Self.bytes(events) { found += try parser.append([byte]) }
        #expect(found == events)
    }

    @Test func tellsAnEventOnlyWhenItIsWhole() throws {
        let bytes = try Self.bytes([.log(Self.line)])
        var parser = EventStreamParser()
        let early = try parser.append(bytes.dropLast())
        let found = try parser.append(bytes.suffix(1))
        let more = try parser.append("\n".utf8)
        #expect(early.isEmpty && found == [.log(Self.line)] && more.isEmpty)
    }

    @Test func leavesOutCommentsAndEventsOfANewerServer() throws {
        let text = ": still here\n\nevent: weather\ndata: rain\n\ndata: {}\n\nretry: 10\nid\n\n"
        var parser = EventStreamParser()
        let found = try parser.append(Array(text.utf8) + Self.bytes([.log(Self.line)]))
        #expect(found == [.log(Self.line)])
    }

    @Test func joinsTheLinesOfAnEventsData() throws {
        let text = """
            event:log
            data: {"id": 7, "at": "1970-01-01T00:00:05Z",
            data:"attempt": 1, "line": "hello"}


            """
        var parser = EventStreamParser()
        let found = try parser.append(text.utf8)
        #expect(found == [.log(LogLine(id: 7, at: Timestamp(5), attempt: 1, line: "hello"))])
    }

    @Test func refusesDataThatIsNotWhatTheEventPromisesAndGoesOn() throws {
        var parser = EventStreamParser()
        #expect(throws: DecodingError.self) { _ = try parser.append("event: log\ndata: {\n\n".utf8) }
        let found = try parser.append(Self.bytes([.log(Self.line)]))
        #expect(found == [.log(Self.line)])
    }
}
