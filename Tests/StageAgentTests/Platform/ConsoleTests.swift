import AgentProtocol
import StageAgent
import Testing

struct ConsoleTests {
    private static let clear = "\r\u{1B}[K"

    @Test func linesScrollByAboveTheProgress() {
        var text = ConsoleText()
        #expect(text.line("one") == "one\n")
        #expect(text.progress("50%") == Self.clear + "50%")
        #expect(text.line("two") == Self.clear + "two\n50%")
        #expect(text.progress(nil) == Self.clear)
        #expect(text.line("three") == "three\n")
    }

    @Test func writesNothingWhereTheProgressIsTheSame() {
        var text = ConsoleText()
        _ = text.progress("50%")
        #expect(text.progress("50%").isEmpty)
    }

    @Test func aProgressLineNeverWraps() {
        var text = ConsoleText(width: 10)
        #expect(text.progress(String(repeating: "x", count: 30)) == Self.clear + "xxxxxxxxx")
    }

    @Test func controlCharactersDoNotReachTheTerminal() {
        var text = ConsoleText()
        #expect(text.line("a\u{1B}[2Jb\nc") == "a?[2Jb?c\n")
    }

    @Test func showsShareRateAndTimeLeft() {
        var text = ProgressText()
        let start = ContinuousClock.now
        _ = text.change(for: .phaseStarted(.write), now: start)
        let change = text.change(
            for: .progress(.write, done: 500_000_000, total: 2_000_000_000), now: start + .seconds(5))
        #expect(change == .progress("write 25% of 2.0 GB, 100.0 MB/s, 16 s left"))
        #expect(
            text.change(for: .phaseFinished(.write, milliseconds: 12_345), now: start)
                == .finished("write: done in 12.3 s"))
    }

    @Test(arguments: [(0, 0), (5, 0), (7, 3)] as [(UInt64, UInt64)])
    func survivesOddProgress(done: UInt64, total: UInt64) {
        var text = ProgressText()
        let start = ContinuousClock.now
        _ = text.change(for: .phaseStarted(.verify), now: start)
        guard
            case .progress(let line) = text.change(
                for: .progress(.verify, done: done, total: total), now: start + .seconds(1))
        else {
            Issue.record("no progress line")
            return
        }
        #expect(line.hasPrefix("verify 100%"))
    }
}
