import FoundationEssentials
import Glibc

/// Whether a host runs.
package enum PowerState: String, Hashable, Sendable {
    case off
    case on
    case paused
}

extension VirtualHost {
    /// What QEMU says, or off where there is no QEMU.
    package var power: PowerState {
        get async throws {
            guard isOn else { return .off }
            do {
                return try await monitor(QMPCommand("query-status"))["running"]?.flag == true ? .on : .paused
            } catch {
                guard isOn else { return .off }
                throw error
            }
        }
    }

    /// Switches the host on. Throws where it is on already or QEMU refuses its configuration.
    package func powerOn() async throws {
        guard !isOn else { throw RackError("host \(name) is on already") }
        let command = QEMUCommand(
            rack: rack.configuration.name, host: configuration, files: files,
            taps: configuration.nics.indices.map { Cabling.tap(host: index, nic: $0) },
            continuedLogs: Set(disks.filter(\.hasWriteLog).map(\.index)))
        for path in [files.pid, files.monitor, files.console] { unlink(path) }
        let events = try EventFiles(host: files)
        defer { events.close() }
        try await Tool.run("ip", rack.namespace.executing([QEMUCommand.program] + command.arguments))
        let pid = FileManager.default.contents(atPath: files.pid).flatMap {
            Int32(String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace })
        }
        guard let pid, let process = ProcessRecord(running: pid) else {
            throw RackError("host \(name) went off at once; its serial port said: \(serialTail())")
        }
        try process.write(to: rack.directory.process("host-\(name)"))
    }

    /// Takes the power away, without a word to the system in it. Nothing happens where the host is off.
    package func powerOff() async throws {
        guard let process, process.isAlive else { return }
        // QEMU may be gone before it answers.
        _ = try? await monitor(QMPCommand("quit"))
        if try await process.waitUntilGone(timeout: .seconds(5)) { return }
        try await process.end()
    }

    /// Presses the power button: the system is asked to shut down.
    package func pressPowerButton() async throws { try await monitor(QMPCommand("system_powerdown")) }

    /// Presses the reset button.
    package func reset() async throws { try await monitor(QMPCommand("system_reset")) }

    /// Stops the processor, and returns when all writes that were under way are in the disks' files.
    package func pause() async throws { try await monitor(QMPCommand("stop")) }

    /// Lets a paused processor go on.
    package func resume() async throws { try await monitor(QMPCommand("cont")) }

    /// Runs a command of QEMU's monitor. Throws where the host is off.
    @discardableResult
    package func monitor(_ command: QMPCommand) async throws -> JSONValue {
        guard isOn else { throw RackError("host \(name) is off: \(command.execute) needs power") }
        return try await QMPConnection.with(socket: files.monitor) { try await $0.execute(command) }
    }
}
