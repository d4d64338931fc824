package import AgentProtocol
package import BootTimeline
package import ImageFormat
package import Logging
package import NetworkTypes
package import Provisioning
package import Store

/// Signs what stages must trust.
package protocol DocumentSigning: Sendable {
    /// Signs these exact bytes with the active Ed25519 key.
    func sign(document payload: [UInt8]) throws -> SignedDocument
}

/// Signs the record of a finished deployment.
package protocol ReceiptSigning: Sendable {
    /// A CMS SignedData structure (RFC 5652) around `json`, in PEM.
    func signReceipt(_ json: [UInt8]) throws -> String
}

/// Renders what an order puts into the installed system.
package protocol SeedRendering: Sendable {
    /// Refuses settings that this host cannot follow, such as a network card that it does not have.
    func check(settings: String, host: Host) throws

    /// The files and links for `deployment`, whose settings are the JSON text that came with the order.
    /// - Parameters:
    ///   - bootMAC: the NIC that the host booted from.
    ///   - serverURL: where the installed system calls home.
    func seed(
        settings: String, deployment: Deployment, host: Host, bootMAC: MACAddress, serverURL: String
    ) throws -> (files: [InjectedFile], links: [InjectedLink])
}

/// Everything that changes hosts and deployments: each event is one durable transaction, decided by the pure types of
/// `Provisioning`. Boot scripts, stages, installed systems and the user API all come through here.
package struct Provisioner: Sendable {
    package let store: Store
    let documents: any DocumentSigning
    let receipts: any ReceiptSigning
    let seeds: any SeedRendering
    let serverVersion: String
    let clock: @Sendable () -> Int64
    let observer: any BootObserving
    /// Milliseconds since 1970, for the observer.
    let milliseconds: @Sendable () -> Int64
    /// Since when stages are heard: what they said to nobody before counts as no silence.
    let listeningSince: Int64
    let log: Logger

    /// How long a boot token is good for, in seconds: slow firmware and a slow TFTP download included.
    static let bootTokenLifetime: Int64 = 30 * 60
    /// How long an order waits for its host, in seconds.
    static let orderLifetime: Int64 = 24 * 3600
    /// How often a waiting stage asks again, in seconds.
    static let askAgain = 5

    /// - Parameters:
    ///   - clock: seconds since 1970.
    ///   - milliseconds: since 1970; the seconds of `clock` where it is nil.
    package init(
        store: Store, documents: any DocumentSigning, receipts: any ReceiptSigning, seeds: any SeedRendering,
        serverVersion: String, clock: @escaping @Sendable () -> Int64, observer: any BootObserving = NoBootObserver(),
        milliseconds: (@Sendable () -> Int64)? = nil, log: Logger
    ) {
        self.store = store
        self.documents = documents
        self.receipts = receipts
        self.seeds = seeds
        self.serverVersion = serverVersion
        self.clock = clock
        self.observer = observer
        self.milliseconds = milliseconds ?? { clock() * 1000 }
        listeningSince = clock()
        self.log = log
    }
}
