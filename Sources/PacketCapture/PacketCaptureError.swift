/// Why packets cannot be captured.
package struct PacketCaptureError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ interface: String, _ detail: String) { description = "capturing packets on \(interface): \(detail)" }
}
