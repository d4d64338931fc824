package import DHCP
package import LinuxSystem
package import Logging
package import NetworkTypes

/// Why the stage has no network.
package struct BootNetworkError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// The NIC that the host booted from, brought up with the address that the server's DHCP gives it.
package struct BootNetwork: Sendable {
    package let card: NetworkCard
    package let lease: DHCPClientLease
    private let logger: Logger

    private static let vendorClass = "ingot-stage"

    /// Waits for the card's driver and link, then asks for an address.
    /// - Parameters:
    ///   - mac: the card's address; where it is nil, every card with a link is tried.
    ///   - timeout: how long card and link may take together.
    package static func bringUp(
        mac: MACAddress?, timeout: Duration = .seconds(60), logger: Logger, log: @Sendable (String) -> Void
    ) async throws -> BootNetwork {
        let cards = try await cards(mac: mac, timeout: timeout)
        var failure = BootNetworkError(description: "no network card has a link")
        for card in cards {
            guard try await NetworkInterfaces().waitForCarrier(card.name, timeout: timeout) else {
                failure = BootNetworkError(description: "\(card.name) (\(card.mac)) has no link: check the cable")
                continue
            }
            log("\(card.name) (\(card.mac), \(card.driver ?? "no driver")) has a link, asking for an address")
            do {
                return try await configure(card, logger: logger)
            } catch {
                failure = BootNetworkError(description: "\(error)")
            }
        }
        throw failure
    }

    /// Asks for the address again at half of each lease's time, for as long as the task lives.
    package func keepLease(log: @Sendable (String) -> Void) async throws {
        var lease = lease
        while true {
            try await Task.sleep(for: .seconds(max(Int(lease.leaseSeconds) / 2, 10)))
            do {
                lease = try await Self.configure(card, logger: logger).lease
            } catch is CancellationError {
                return
            } catch {
                log("the address could not be renewed: \(error)")
            }
        }
    }

    private static func configure(_ card: NetworkCard, logger: Logger) async throws -> BootNetwork {
        let interfaces = NetworkInterfaces()
        let lease = try await DHCPClient(on: interfaces.named(card.name), logger: logger)
            .acquire(vendorClass: vendorClass)
        try interfaces.configure(card.name, with: lease)
        return BootNetwork(card: card, lease: lease, logger: logger)
    }

    /// The card with this address as soon as its driver is there; without one, all cards once there are any. All are
    /// switched on, so that the inventory can tell which have a link.
    private static func cards(mac: MACAddress?, timeout: Duration) async throws -> [NetworkCard] {
        let deadline = ContinuousClock.now + timeout
        while true {
            let cards = NetworkCard.all()
            let wanted = cards.filter { mac == nil || $0.mac == mac }
            if !wanted.isEmpty {
                for card in wanted { try NetworkInterfaces().setUp(card.name) }
                return wanted
            }
            guard ContinuousClock.now < deadline else { throw missing(mac, among: cards) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func missing(_ mac: MACAddress?, among cards: [NetworkCard]) -> BootNetworkError {
        let found = cards.map { "\($0.name) \($0.mac)" }.joined(separator: ", ")
        return BootNetworkError(
            description: "no network card \(mac.map { "with address \($0) " } ?? "")came up; found: "
                + (found.isEmpty ? "none. Its driver or firmware is not in the stage" : found))
    }
}
