import FoundationEssentials

extension VirtualHost {
    /// The file with all that the serial port ever said.
    package var serialLog: String { files.serialLog }

    /// The length of the serial log in bytes: what comes later stands behind it.
    package var serialPosition: Int {
        (try? FileManager.default.attributesOfItem(atPath: files.serialLog)[.size] as? Int) ?? 0
    }

    /// What the serial port said from `position` on, without the terminal's control sequences.
    package func serialText(after position: Int = 0) -> String {
        var text = TerminalText()
        text.append(serialBytes(after: position))
        return text.plain
    }

    /// Waits until the serial port says `text` and returns how long that took. Throws, with the last lines, where it
    /// does not within `timeout` or the host goes off before.
    @discardableResult
    package func waitForSerial(_ text: String, after position: Int = 0, timeout: Duration) async throws -> Duration {
        let start = ContinuousClock.now
        var read = TerminalText()
        var next = position
        while true {
            let wasOn = isOn
            let bytes = serialBytes(after: next)
            next += bytes.count
            if read.append(bytes, finding: text) { return start.duration(to: .now) }
            guard wasOn else { throw RackError("host \(name) is off and never said '\(text)': \(serialTail())") }
            guard start.duration(to: .now) < timeout else {
                throw RackError("host \(name) did not say '\(text)' within \(timeout), but: \(serialTail())")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// The last lines, for errors.
    func serialTail(lines: Int = 15) -> String {
        let recent = serialText(after: max(0, serialPosition - 8192))
        return "\n" + recent.split(whereSeparator: \.isNewline).suffix(lines).joined(separator: "\n")
    }

    private func serialBytes(after position: Int) -> [UInt8] {
        guard let file = FileReader(files.serialLog), file.size > position else { return [] }
        return (try? file.read(at: position, count: file.size - position)) ?? []
    }
}

extension VirtualHost {
    /// The socket that the serial port is on while the host is on; one client at a time.
    package var consoleSocket: String { files.console }
}
