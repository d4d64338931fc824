package import DiskFormats
import LinuxSystem

/// Makes the firmware's boot entry for the installed system and reads it back. Calls block.
package struct BootEntry: Sendable {
    private let option: EFILoadOption
    private let variables: any FirmwareVariables

    package init(option: EFILoadOption, variables: any FirmwareVariables) {
        self.option = option
        self.variables = variables
    }

    /// What boot menus show.
    package static let title = "Ingot"

    /// What was done, in a line.
    package func install() throws -> String {
        let change = try read().placing(option)
        let name = EFIBootVariables.name(change.number)
        if let entry = change.entry { try variables.write(name, entry.bytes) }
        if let order = change.order { try variables.write("BootOrder", EFIBootVariables.bytes(order)) }
        for number in change.removed { try variables.remove(EFIBootVariables.name(number)) }
        let after = try read()
        guard after.entries[change.number] == .some(option) else {
            throw DiskError("read back \(name)", detail: "the firmware did not keep the entry")
        }
        let again = try after.placing(option)
        guard again.entry == nil, again.order == nil, again.removed.isEmpty else {
            throw DiskError(
                "read back the boot order", detail: "the firmware made it \(Self.text(after.order)) of its own accord")
        }
        return "boot entry \(name), boot order \(Self.text(after.order))"
    }

    private func read() throws -> EFIBootVariables {
        var entries: [UInt16: EFILoadOption?] = [:]
        for name in try variables.names() {
            guard let number = EFIBootVariables.number(name), let value = try variables.read(name) else { continue }
            entries[number] = .some(try? EFILoadOption(value))
        }
        return EFIBootVariables(
            entries: entries, order: try EFIBootVariables.numbers(variables.read("BootOrder") ?? []),
            current: try EFIBootVariables.numbers(variables.read("BootCurrent") ?? []).first)
    }

    private static func text(_ order: [UInt16]) -> String {
        order.map { String(EFIBootVariables.name($0).dropFirst(4)) }.joined(separator: ",")
    }
}
