import AgentProtocol
import BootPolicy
import HTTPServices
import NetworkTypes
import Provisioning
import Store
import Testing

/// What strangers on the boot network can leave with the server.
struct GreetingBoundsTests {
    let server: Installation

    init() throws { server = try Installation() }

    enum Excess: CaseIterable, Sendable {
        case cards, disks, serial, vendor, product, bootID, cardName, driver, model, path, signatures, signature
        case modaliases, modalias, everything

        /// A greeting with more of this than is taken.
        func greeting() -> Greeting {
            var greeting = Installation.greeting()
            let long = String(repeating: "x", count: 257)
            let longer = String(repeating: "x", count: 1025)
            switch self {
            case .cards: greeting.inventory.nics += GreetingBoundsTests.cards(64)
            case .disks: greeting.inventory.disks = GreetingBoundsTests.disks(257)
            case .serial: greeting.inventory.serial = long
            case .vendor: greeting.inventory.vendor = long
            case .product: greeting.inventory.product = long
            case .bootID: greeting.bootID = long
            case .cardName: greeting.inventory.nics[0].name = long
            case .driver: greeting.inventory.nics[0].driver = long
            case .model: greeting.inventory.disks[0].model = long
            case .path: greeting.inventory.disks[0].path = longer
            case .signatures: greeting.inventory.disks[0].signatures = Array(repeating: "ext4", count: 65)
            case .signature: greeting.inventory.disks[0].signatures = [long]
            case .modaliases: greeting.inventory.nics[0].modaliases = Array(repeating: "pci:", count: 65)
            case .modalias: greeting.inventory.disks[0].modaliases = [longer]
            case .everything:
                let signatures = Array(repeating: String(repeating: "x", count: 200), count: 16)
                greeting.inventory.disks = GreetingBoundsTests.disks(256)
                for index in greeting.inventory.disks.indices {
                    greeting.inventory.disks[index].signatures = signatures
                }
            }
            return greeting
        }
    }

    private static func disks(_ count: Int) -> [Disk] { (0..<count).map { Installation.disk(serial: "D\($0)") } }

    /// Network cards that no other group has.
    private static func cards(_ count: Int, group: UInt8 = 0) -> [NIC] {
        (0..<count).compactMap { number in
            MACAddress([0x52, 0x54, 0, 2, group, UInt8(number)] as [UInt8]).map {
                NIC(name: "eth\(number + 1)", mac: $0, driver: nil, hasLink: false, speed: nil)
            }
        }
    }

    @Test(arguments: Excess.allCases)
    func refusesWhatIsMoreThanABoardHas(excess: Excess) async throws {
        let token = try #require(try await server.bootToken())
        let refusal = await #expect(throws: ProvisioningError.self) {
            try await server.provisioner.greet(excess.greeting(), bootToken: token, serverURL: "")
        }
        #expect(refusal?.kind == .invalid)
        // The token is as good as before.
        _ = try await server.provisioner.greet(Installation.greeting(), bootToken: token, serverURL: "")
    }

    @Test func takesALargeBoard() async throws {
        var greeting = Installation.greeting()
        greeting.inventory.nics += Self.cards(63)
        greeting.inventory.disks = Self.disks(256)
        greeting.inventory.serial = String(repeating: "x", count: 256)
        _ = try await server.greet(greeting)
        let host = try await server.store.read { try $0.host(mac: Installation.mac) }
        #expect(host?.macs.count == 64 && host?.inventory?.disks.count == 256)
    }

    @Test func aHostHasABoundedNumberOfAddresses() async throws {
        for group in 1...5 as ClosedRange<UInt8> {
            var greeting = Installation.greeting()
            greeting.inventory.nics += Self.cards(63, group: group)
            _ = try await server.greet(greeting)
        }
        let host = try await server.store.read { try $0.host(mac: Installation.mac) }
        #expect(host?.macs.count == 64)
    }

    @Test func ofHostsThatNobodyAcceptedThoseThatWereSilentLongestAreForgotten() async throws {
        try await server.store.write { tx in
            for number in 0..<4096 {
                let bytes = [0x52, 0x54, 0, 3, UInt8(number >> 8), UInt8(number & 0xFF)] as [UInt8]
                try tx.save(
                    Host(
                        id: "h-\(number)", name: "name-\(number)", systemUUID: nil, serial: nil,
                        macs: [MACAddress(bytes)].compactMap { $0 }, standing: number == 0 ? .accepted : .discovered,
                        isProtected: false, inventory: nil, firstSeen: 0, lastSeen: Int64(number)))
            }
        }
        _ = try await server.greet()
        let hosts = try await server.store.read { try $0.hosts() }
        let ids = Set(hosts.map(\.id))
        #expect(ids.contains("h-0") && !ids.contains("h-1") && ids.contains("h-4095"))
        #expect(hosts.contains { $0.macs == [Installation.mac] })
        #expect(hosts.count(where: { $0.standing == .discovered }) <= 4096)
    }

    @Test func whatIsKnownForLoadersIsBounded() {
        let known = KnownHosts(limit: 4)
        let macs = Self.cards(5).map(\.mac)
        for mac in macs { known.note(Installation.inventory(mac: mac)) }
        #expect(known.knowledge(of: macs[0]) == nil)
        #expect(known.knowledge(of: macs[4]) == LoaderKnowledge(secureBoot: false, model: nil))
    }
}
