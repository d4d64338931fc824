import Testing
import VirtualRack

/// Text of terminals and of QEMU's monitor.
@Suite struct TextTests {
    @Test func findsTextThatControlSequencesCutAndPiecesPart() {
        var terminal = TerminalText()
        let pieces = ["\u{1B}[2J\u{1B}[01;01HBo\u{1B}[0", "mot\r\u{1B}cing\n", "more"]
        let found = pieces.map { terminal.append(Array($0.utf8), finding: "Booting") }
        #expect(found == [false, true, false])
        #expect(terminal.plain == "Booting\nmore")
    }

    @Test func readsWhatTheMonitorSays() throws {
        let event = try QMPMessage(
            line: Array(
                #"{"timestamp": {"seconds": 5, "microseconds": 7}, "event": "RESET", "data": {"guest": true}}"#.utf8))
        guard case .event(let reset) = event else { throw RackError("no event: \(event)") }
        #expect(reset.name == "RESET" && reset.seconds == 5 && reset.microseconds == 7 && reset.isCausedByGuest)
        let result = try QMPMessage(line: Array(#"{"return": {"a": [1, null, 2.5]}}"#.utf8))
        #expect(result == .success(.object(["a": .array([.integer(1), .null, .number(2.5)])])))
        let refusal = try QMPMessage(line: Array(#"{"error": {"class": "X", "desc": "y"}}"#.utf8))
        #expect(refusal == .failure(kind: "X", description: "y"))
    }

    @Test(arguments: ["", "{", "[]", "7", #"{"event": "RESET"}"#, #"{"greeting": 1}"#])
    func refusesWhatNoMonitorSays(line: String) {
        #expect(throws: RackError.self) { try QMPMessage(line: Array(line.utf8)) }
    }
}
