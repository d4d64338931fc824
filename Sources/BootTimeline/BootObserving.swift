public import NetworkTypes

/// Is told of everything that happens while hosts boot. Must return at once: it is called between a packet and its
/// answer.
public protocol BootObserving: Sendable {
    func record(_ event: BootEvent)

    /// Whether this MAC address is to be followed although its DHCP messages do not ask to boot.
    func follows(_ mac: MACAddress) -> Bool
}

extension BootObserving {
    public func follows(_ mac: MACAddress) -> Bool { true }
}

/// Forgets everything.
public struct NoBootObserver: BootObserving {
    public init() {}

    public func record(_ event: BootEvent) {}
}
