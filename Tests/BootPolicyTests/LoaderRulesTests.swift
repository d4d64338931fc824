import BootPolicy
import BootScripts
import FoundationEssentials
import NetworkTypes
import Testing
import Yams

struct LoaderRulesTests {
    /// The quirks file that is shipped.
    private static func shipped() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return String(decoding: try Data(contentsOf: URL(filePath: "/\(root)/config/quirks.yaml")), as: UTF8.self)
    }

    private static func decode(_ text: String) throws -> LoaderRules {
        try YAMLDecoder().decode(LoaderRules.self, from: text)
    }

    @Test func theShippedFileHasNoRules() throws {
        #expect(try Self.decode(Self.shipped()) == LoaderRules())
    }

    @Test func theExamplesOfTheShippedFileAreRules() throws {
        let text = try Self.shipped().replacing(": []", with: ":").replacing("\n#  - ", with: "\n  - ")
        let rules = try Self.decode(text)
        let mac = try #require(MACAddress("52:54:00:12:34:56"))
        #expect(
            rules
                == LoaderRules(
                    hosts: [.init(mac: mac, loader: "snponly.efi")],
                    models: [
                        .init(vendor: "Example Inc.", product: "Server 100", loader: "ipxe.efi"),
                        .init(vendor: "Example Inc.", localBoot: .exit),
                    ]))
        #expect(try rules.unknownLoader(in: BootFilePolicyTests.manifest()) == nil)
    }

    @Test(arguments: [
        "host: []", "hosts: [{ mac: 52-54, loader: x }]", "hosts: [{ mac: '52:54:00:12:34:56' }]",
        "hosts: [{ mac: '52:54:00:12:34:56', loader: x, more: 1 }]", "models: [{ loader: x }]",
        "models: [{ vendor: x, localBoot: never }]", "models: [{ vendor: x, lodaer: y }]",
        "models: [{ vendor: x, product: [] }]", "subnets: [{ subnet: 10.0.0.0/24, loader: x }]", "[]",
    ])
    func refuses(text: String) {
        #expect(throws: (any Error).self) { try Self.decode(text) }
    }

    @Test(arguments: ["grubx64.efi", "none.efi", ""])
    func namesALoaderThatCannotBeHandedOut(name: String) throws {
        let manifest = try BootFilePolicyTests.manifest()
        let mac = try #require(MACAddress("52:54:00:12:34:56"))
        let subnet = try #require(IPv4Subnet("10.20.0.0/24"))
        for rules in [
            LoaderRules(hosts: [.init(mac: mac, loader: name)]),
            LoaderRules(models: [.init(vendor: "x", loader: name)]),
            LoaderRules(subnets: [.init(subnet: subnet, loader: name)]),
        ] {
            #expect(rules.unknownLoader(in: manifest) == name)
        }
    }

    @Test func aModelIsMatchedWhateverItsCase() throws {
        let rules = LoaderRules(models: [
            .init(vendor: "Example Inc.", product: "Server 100", localBoot: .sanboot),
            .init(vendor: "EXAMPLE INC.", localBoot: .exit),
        ])
        #expect(rules.localBoot(for: HostModel(vendor: "example inc.", product: "SERVER 100")) == .sanboot)
        #expect(rules.localBoot(for: HostModel(vendor: "Example Inc.", product: "Server 1000")) == .exit)
        #expect(rules.localBoot(for: HostModel(vendor: "Example", product: "Server 100")) == .standard)
        #expect(rules.localBoot(for: nil) == .standard)
    }

    @Test func aRelaysSubnetIsTheClients() throws {
        let rules = LoaderRules(subnets: [
            .init(subnet: try #require(IPv4Subnet("10.50.0.0/16")), loader: "ipxe.efi")
        ])
        let relayed = try BootFilePolicyTests.request(.x64UEFI, link: IPv4Address(10, 50, 3, 1))
        #expect(rules.loaders(for: relayed, model: nil) == ["ipxe.efi"])
        let direct = try BootFilePolicyTests.request(.x64UEFI)
        #expect(rules.loaders(for: direct, model: nil).isEmpty)
    }
}
