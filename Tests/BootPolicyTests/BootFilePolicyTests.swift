import BootPolicy
import FoundationEssentials
import NetworkTypes
import Testing

struct BootFilePolicyTests {
    static let server = IPv4Address(10, 99, 0, 1)

    /// Whatever may be known about Secure Boot.
    static let anyKnowledge = [nil, true, false].map { LoaderKnowledge(secureBoot: $0) }

    /// The repository's own manifest.
    static func manifest() throws -> BootFileManifest {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try BootFileManifest(json: Data(contentsOf: URL(filePath: "/\(root)/tftp-root/manifest.json")))
    }

    static func request(
        _ architecture: ClientArchitecture?, _ clientClass: BootClientClass = .pxe, isIPXE: Bool = false,
        link: IPv4Address? = nil
    ) throws -> BootRequest {
        BootRequest(
            mac: try #require(MACAddress("52:54:00:12:34:56")), attempt: 7, architecture: architecture,
            clientClass: clientClass, isIPXE: isIPXE, server: server, link: link)
    }

    @Test func startsUnknownHostsByIPXEWhereAnotherServerGivesTheAddresses() throws {
        let subnet = try #require(IPv4Subnet("10.99.0.0/24"))
        let policy = BootFilePolicy(manifest: try Self.manifest(), httpPort: 8080, proxied: [subnet])
        let request = try Self.request(.x64UEFI, link: IPv4Address(10, 99, 0, 1))
        let names = ["snponly.efi", "shimx64.efi", "ipxe.efi"]
        #expect(
            policy.choice(for: request, knowing: LoaderKnowledge())
                == .offer(LoaderList(names: names, isRuled: false, isOverHTTP: false)))
    }

    static func choice(
        _ architecture: ClientArchitecture?, _ clientClass: BootClientClass = .pxe, isIPXE: Bool = false,
        preferred: String = "snponly.efi", rules: LoaderRules = LoaderRules(),
        knowing knowledge: LoaderKnowledge = LoaderKnowledge()
    ) throws -> LoaderChoice {
        try BootFilePolicy(manifest: manifest(), httpPort: 8080, preferred: preferred, rules: rules)
            .choice(for: request(architecture, clientClass, isIPXE: isIPXE), knowing: knowledge)
    }

    /// The names of the loaders, in order; nil where there is nothing to try.
    static func loaders(
        _ architecture: ClientArchitecture?, _ clientClass: BootClientClass = .pxe, preferred: String = "snponly.efi",
        rules: LoaderRules = LoaderRules(), knowing knowledge: LoaderKnowledge = LoaderKnowledge()
    ) throws -> [String]? {
        let choice = try choice(
            architecture, clientClass, preferred: preferred, rules: rules, knowing: knowledge)
        guard case .offer(let list) = choice else { return nil }
        return list.names
    }

    private static let orders: [(Bool?, [String])] = [
        (nil, ["shimx64.efi", "snponly.efi", "ipxe.efi"]), (true, ["shimx64.efi"]),
        (false, ["snponly.efi", "ipxe.efi", "shimx64.efi"]),
    ]

    @Test(arguments: Self.orders)
    func ordersUEFILoadersByWhatIsKnownOfSecureBoot(secureBoot: Bool?, names: [String]) throws {
        for architecture in [ClientArchitecture.x64UEFI, .ebcUEFI] {
            #expect(try Self.loaders(architecture, knowing: LoaderKnowledge(secureBoot: secureBoot)) == names)
        }
    }

    @Test(arguments: [ClientArchitecture.x86BIOS, nil])
    func aBIOSGetsItsLoaderWhateverIsKnown(architecture: ClientArchitecture?) throws {
        for knowledge in Self.anyKnowledge {
            #expect(try Self.loaders(architecture, knowing: knowledge) == ["undionly.kpxe"])
        }
    }

    @Test(arguments: [ClientArchitecture.x64UEFIHTTP, .ebcUEFIHTTP, .x64UEFI])
    func sendsNoShimOverHTTPBecauseItsGRUBKnowsNoHTTP(architecture: ClientArchitecture) throws {
        for secureBoot in [nil, false] {
            let names = try Self.loaders(architecture, .http, knowing: LoaderKnowledge(secureBoot: secureBoot))
            #expect(names == ["snponly.efi", "ipxe.efi"])
        }
        let signed = try Self.choice(architecture, .http, knowing: LoaderKnowledge(secureBoot: true))
        guard case .settled(.none(let reason)) = signed else {
            Issue.record("a boot file was handed out")
            return
        }
        #expect(reason.contains("Secure Boot") && reason.contains("PXE"))
    }

    @Test func namesALoaderByTFTPOrByURL() throws {
        let policy = try BootFilePolicy(manifest: Self.manifest(), httpPort: 8080)
        let request = try Self.request(.x64UEFI)
        #expect(
            policy.answer(offering: "shimx64.efi", isOverHTTP: false, to: request)
                == .tftp(server: Self.server, file: "shimx64.efi"))
        #expect(
            policy.answer(offering: "snponly.efi", isOverHTTP: true, to: request)
                == .http(url: "http://10.99.0.1:8080/boot/files/snponly.efi"))
    }

    @Test func handsOutThePreferredIPXEFirst() throws {
        let off = LoaderKnowledge(secureBoot: false)
        #expect(
            try Self.loaders(.x64UEFI, preferred: "ipxe.efi", knowing: off)
                == ["ipxe.efi", "snponly.efi", "shimx64.efi"])
        #expect(try Self.loaders(.x86BIOS, preferred: "ipxe.efi", knowing: off) == ["undionly.kpxe"])
        #expect(try Self.loaders(.x64UEFI, preferred: "shimx64.efi", knowing: off)?.first == "snponly.efi")
    }

    @Test func aRuleComesBeforeTheRestAndLeavesItInPlace() throws {
        let rules = LoaderRules(
            hosts: [.init(mac: try #require(MACAddress("52:54:00:12:34:56")), loader: "ipxe.efi")])
        #expect(try Self.loaders(.x64UEFI, rules: rules) == ["ipxe.efi", "shimx64.efi", "snponly.efi"])
        #expect(
            try Self.loaders(.x64UEFI, rules: rules, knowing: LoaderKnowledge(secureBoot: true))
                == ["ipxe.efi", "shimx64.efi"])
        guard case .offer(let list) = try Self.choice(.x64UEFI, rules: rules) else {
            Issue.record("nothing was offered")
            return
        }
        #expect(list.isRuled && !list.isOverHTTP)
    }

    @Test func aRuleThatDoesNotFitTheFirmwareIsPassedOver() throws {
        let rules = LoaderRules(
            hosts: [.init(mac: try #require(MACAddress("52:54:00:12:34:56")), loader: "shimx64.efi")])
        guard case .offer(let list) = try Self.choice(.x86BIOS, rules: rules) else {
            Issue.record("nothing was offered")
            return
        }
        #expect(list == LoaderList(names: ["undionly.kpxe"], isRuled: false, isOverHTTP: false))
    }

    @Test func aHostsRuleComesBeforeItsModelsAndThatBeforeItsSubnets() throws {
        let mac = try #require(MACAddress("52:54:00:12:34:56"))
        var rules = LoaderRules(
            hosts: [.init(mac: mac, loader: "ipxe.efi")],
            models: [.init(vendor: "Example Inc.", product: "Server 100", loader: "snponly.efi")],
            subnets: [.init(subnet: try #require(IPv4Subnet("10.99.0.0/24")), loader: "shimx64.efi")])
        let knowledge = LoaderKnowledge(
            secureBoot: nil, model: HostModel(vendor: "Example Inc.", product: "Server 100"))
        #expect(
            try Self.loaders(.x64UEFI, rules: rules, knowing: knowledge)
                == ["ipxe.efi", "snponly.efi", "shimx64.efi"])
        rules.hosts = []
        #expect(
            try Self.loaders(.x64UEFI, rules: rules, knowing: knowledge)
                == ["snponly.efi", "shimx64.efi", "ipxe.efi"])
        rules.subnets[0].loader = "ipxe.efi"
        #expect(
            try Self.loaders(.x64UEFI, rules: rules) == ["ipxe.efi", "shimx64.efi", "snponly.efi"])
    }

    @Test(arguments: [ClientArchitecture.x86BIOS, .x64UEFI, .x64UEFIHTTP, ClientArchitecture(rawValue: 4711), nil])
    func sendsIPXEToItsScript(architecture: ClientArchitecture?) throws {
        let script = BootAnswer.http(url: "http://10.99.0.1:8080/boot/ipxe/52-54-00-12-34-56")
        for clientClass in [BootClientClass.pxe, .http, .other] {
            for knowledge in Self.anyKnowledge {
                let choice = try Self.choice(architecture, clientClass, isIPXE: true, knowing: knowledge)
                #expect(choice == .settled(script))
            }
        }
    }

    @Test(arguments: [
        (ClientArchitecture.arm64UEFI, BootClientClass.pxe, "ARM 64-bit UEFI"), (.x86UEFI, .pxe, "x86 UEFI"),
        (.arm64UEFIHTTP, .http, "ARM 64-bit UEFI HTTP"), (ClientArchitecture(rawValue: 27), .pxe, "architecture 27"),
        (.x86BIOS, .http, "x86 BIOS"), (.x86BIOS, .other, "option 60"),
    ])
    func saysWhyThereIsNoBootFile(
        architecture: ClientArchitecture, clientClass: BootClientClass, names: String
    ) throws {
        guard case .settled(.none(let reason)) = try Self.choice(architecture, clientClass) else {
            Issue.record("a boot file was handed out")
            return
        }
        #expect(reason.contains(names))
    }

    @Test func everyFileThatCanBeHandedOutIsInTheManifest() throws {
        let names = try Self.manifest().names
        var handedOut: Set<String> = []
        for number in UInt16(0)...300 {
            for clientClass in [BootClientClass.pxe, .http, .other] {
                for knowledge in Self.anyKnowledge {
                    let architecture = ClientArchitecture(rawValue: number)
                    handedOut.formUnion(try Self.loaders(architecture, clientClass, knowing: knowledge) ?? [])
                }
            }
        }
        #expect(handedOut.isSubset(of: names))
        #expect(handedOut == ["undionly.kpxe", "snponly.efi", "ipxe.efi", "shimx64.efi"])
    }

    @Test func handsOutNothingFromAnEmptyManifest() throws {
        let policy = BootFilePolicy(manifest: try BootFileManifest(files: []), httpPort: 80)
        guard case .settled(.none) = policy.choice(for: try Self.request(.x64UEFI), knowing: LoaderKnowledge()) else {
            Issue.record("a boot file was handed out")
            return
        }
    }
}
