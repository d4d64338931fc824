/// Is told of everything that happens while hosts boot. Must return at once: it is called between a packet and its
/// answer.
public protocol BootObserving: Sendable {
    func record(_ event: BootEvent)
}

/// Forgets everything.
public struct NoBootObserver: BootObserving {
    public init() {}

    public func record(_ event: BootEvent) {}
}
