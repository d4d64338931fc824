import Testing
import VirtualRack

/// Text of terminals and of QEMU's monitor.
@Suite struct TextTests {
    @Test func findsTextThatControlSequencesCutAndPiecesPart() {
        var terminal = TerminalText()
        #expect(!terminal.append(Array("\u{1B}[2J\u{1B}[01;01HBo\u{1B}[0".utf8), finding: "Booting"))
        #expect(terminal.append(Array("mot\r\u{1B}cing\n".utf8), finding: "Booting"))
        #expect(terminal.plain == "Booting\n")
        #expect(!terminal.append(Array("more".utf8), finding: "Booting"))
    }

    @Test func readsWhatTheMonitorSays() throws {
        let event = try QMPMessage(
            line: Array(
                #"{"timestamp": {"seconds": 5, "microseconds": 7}, "event": "RESET", "data": {"guest": true}}"#.utf8))
        guard case .event(let reset) = event else { throw RackError("no event: \(event)") }
        #expect(reset.name == "RESET" && reset.seconds == 5 && reset.microseconds == 7 && reset.isCausedByGuest)
        #expect(
            try QMPMessage(line: Array(#"{"return": {"a": [1, null, 2.5]}}"#.utf8))
                == .success(.object(["a": .array([.integer(1), .null, .number(2.5)])])))
        #expect(
            try QMPMessage(line: Array(#"{"error": {"class": "X", "desc": "y"}}"#.utf8))
                == .failure(kind: "X", description: "y"))
    }

    @Test(arguments: ["", "{", "[]", "7", #"{"event": "RESET"}"#, #"{"greeting": 1}"#])
    func refusesWhatNoMonitorSays(line: String) {
        #expect(throws: RackError.self) { try QMPMessage(line: Array(line.utf8)) }
    }
}
