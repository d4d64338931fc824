import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeasePolicy
import NIOCore
import NetworkTypes
import Synchronization
import Testing
import UserAPI

/// A subnet 10.0.0.0/24 whose configuration reserves 10.0.0.20, and whose plans are kept where DHCP would have them.
final class OperatedRack: Sendable {
    let server: Installation
    let desk: ReservationDesk
    let leases = ScriptedLeases()
    let reload = ScriptedReload()
    private let plans: PlansInForce

    /// What begins with the store of `server`.
    init(_ server: Installation) async throws {
        self.server = server
        let plans = PlansInForce()
        self.plans = plans
        desk = ReservationDesk(
            provisioner: server.provisioner, configured: [try Self.plan(reserving: 20)],
            serverAddresses: [IPv4Address(10, 0, 0, 1)], apply: { plans.set($0) })
        try await desk.begin()
    }

    /// The reservations that DHCP knows.
    var inForce: [AddressReservation] { plans.value.flatMap(\.reservations) }

    func address(_ host: UInt8) -> IPv4Address { IPv4Address(10, 0, 0, host) }

    /// The configuration's own reservation.
    func configured() throws -> AddressReservation {
        try #require(try Self.plan(reserving: 20).reservations.first)
    }

    func plan(reserving host: UInt8) throws -> SubnetPlan { try Self.plan(reserving: host) }

    /// Asks for 10.0.0.`host` for a MAC address of its own.
    func request(_ host: UInt8, _ name: String? = nil) throws -> ReservationRequest {
        let mac = try #require(MACAddress([0x52, 0x54, 0, 0, 1, host] as [UInt8]))
        return ReservationRequest(mac: mac, address: address(host), hostName: name)
    }

    func router(images: ImageServices) throws -> Router<IngotContext> {
        let subnet = try #require(IPv4Subnet("10.0.0.0/24"))
        let lease = LeaseSummary(
            address: address(10), mac: Installation.mac, subnet: subnet, state: "leased", hostName: nil, hostID: nil,
            expires: Timestamp(2_000_000_000))
        return UserListener(
            provisioner: server.provisioner, settings: AnySettings(), facts: HeldLeases(held: [lease]),
            images: images, usage: .fixed(server.provisioner),
            controls: ServerControls(leases: leases, reservations: desk, configuration: reload),
            recorder: TimelineRecorder(store: server.store, log: Installation.log), captures: FixedCaptures()
        ).router()
    }

    private static func plan(reserving host: UInt8) throws -> SubnetPlan {
        let mac = try #require(MACAddress([0x52, 0x54, 0, 0, 2, 0] as [UInt8]))
        return SubnetPlan(
            subnet: try #require(IPv4Subnet("10.0.0.0/24")),
            pools: [IPv4Address(10, 0, 0, 100)...IPv4Address(10, 0, 0, 200)],
            reservations: [AddressReservation(mac: mac, address: IPv4Address(10, 0, 0, host))])
    }
}

/// The plans that DHCP was given last.
final class PlansInForce: Sendable {
    private let plans = Mutex<[SubnetPlan]>([])

    var value: [SubnetPlan] { plans.withLock { $0 } }

    func set(_ value: [SubnetPlan]) { plans.withLock { $0 = value } }
}

/// Releases leases as a test wants, and remembers which.
final class ScriptedLeases: LeaseReleasing {
    private let state = Mutex<(outcome: LeaseRelease, released: [IPv4Address])>((.released, []))

    var outcome: LeaseRelease {
        get { state.withLock { $0.outcome } }
        set { state.withLock { $0.outcome = newValue } }
    }

    var released: [IPv4Address] { state.withLock { $0.released } }

    func release(_ address: IPv4Address) async -> LeaseRelease {
        state.withLock { state in
            if state.outcome == .released { state.released.append(address) }
            return state.outcome
        }
    }
}

/// Reloads nothing, and says what a test wants.
final class ScriptedReload: ConfigurationReloading {
    private let wrong = Mutex(false)

    var isWrong: Bool {
        get { wrong.withLock { $0 } }
        set { wrong.withLock { $0 = newValue } }
    }

    func reload() async throws -> ReloadReport {
        if isWrong { throw ProvisioningError(.invalid, "dhcp: it is wrong") }
        return ReloadReport(warnings: ["w"], needsRestart: ["data"])
    }
}

extension ServerControls {
    /// Controls for tests of other things.
    static func idle(_ provisioner: Provisioner) -> ServerControls {
        ServerControls(
            leases: ScriptedLeases(),
            reservations: ReservationDesk(
                provisioner: provisioner, configured: [], serverAddresses: [], apply: { _ in }),
            configuration: ScriptedReload())
    }
}

/// The operation's routes as a client sees them.
struct OperationAPI: Sendable {
    let client: any TestClientProtocol
    let token: String

    func get<T: Decodable>(_ path: String) async throws -> T { try decode(await send(.get, path, []), .ok) }

    func post<T: Decodable>(_ path: String, _ status: HTTPResponse.Status = .ok) async throws -> T {
        try decode(await send(.post, path, []), status)
    }

    func post<T: Decodable>(
        _ path: String, _ body: some Encodable, _ status: HTTPResponse.Status = .ok
    ) async throws -> T {
        try decode(await send(.post, path, Array(JSONEncoder().encode(body))), status)
    }

    func status(_ method: HTTPRequest.Method, _ path: String) async throws -> HTTPResponse.Status {
        try await send(method, path, []).status
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]) async throws -> TestResponse {
        try await client.execute(
            uri: path, method: method, headers: [.authorization: "Bearer \(token)"], body: ByteBuffer(bytes: body))
    }

    private func decode<T: Decodable>(_ response: TestResponse, _ status: HTTPResponse.Status) throws -> T {
        guard response.status == status else {
            throw TestFailure("\(response.status): \(String(buffer: response.body))")
        }
        return try JSONDecoder().decode(T.self, from: Data(response.body.readableBytesView))
    }
}
