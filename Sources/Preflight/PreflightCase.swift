package import PreflightFacts

/// What one preflight is about: an image, alone or on a host.
package struct PreflightCase: Sendable {
    package let facts: ImageFacts
    /// The newest kernel's: boot loaders start that one. nil where no kernel is known.
    let stock: DriverStock?
    /// nil: the image alone.
    package private(set) var host: HostHardware?

    /// - Parameter kernels: newest first.
    package init(facts: ImageFacts, kernels: [KernelDrivers], host: HostHardware? = nil) {
        self.facts = facts
        stock = kernels.first.map { DriverStock($0) }
        self.host = host
    }

    /// The same image on a host.
    package func on(_ host: HostHardware) -> PreflightCase {
        var other = self
        other.host = host
        return other
    }

    /// What every rule has to say, what speaks against the image first.
    package var findings: [PreflightFinding] {
        let all = PreflightRule.all.compactMap { $0.finding(self) }
        return all.filter { $0.severity == .doesNotFit } + all.filter { $0.severity == .warning }
    }
}
