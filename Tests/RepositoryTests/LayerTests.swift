import FoundationEssentials
import Testing

/// The layers of the design: imports point downward only.
struct LayerTests {
    /// From the top down; `mayShare` tells whether targets of the layer may import one another.
    private static let layers: [(name: String, targets: [String], mayShare: Bool)] = [
        ("executables", ["ingot", "ingot-agent", "ingot-lab"], false),
        ("services", ["BootServices", "BootSimulator", "HTTPServices", "StageAgent"], false),
        (
            "adapters",
            [
                "Store", "ImageStore", "ImageBuilder", "LinuxSystem", "ObjectStorage", "PacketCapture", "Signing",
                "VirtualRack",
            ], false
        ),
        (
            "decisions",
            ["AccessPolicy", "BootPolicy", "BootTimeline", "LeasePolicy", "Metering", "Preflight", "Provisioning"],
            false
        ),
        (
            "values",
            [
                "NetworkTypes", "DHCP", "TFTP", "BootScripts", "ImageFormat", "DiskFormats", "BootableDisk",
                "APIDescription", "CloudInit", "AgentProtocol", "ModuleAliases", "PreflightFacts", "ReservationFiles",
                "StageArchive",
                "UserAPI",
            ], true
        ),
        ("C", ["CLinux", "CStageInit", "CZstd", "CLZMA", "CZlib", "COpenSSL", "CExt2FS", "CPcap"], false),
    ]

    /// What decisions and values may use from outside: nothing that reads a clock, a file or the network.
    private static let pureImports: Set<String> = [
        "Crypto", "FoundationEssentials", "Mustache", "NIOCore", "Yams",
    ]

    @Test func everyTargetIsInALayer() throws {
        let found = try Set(FileManager.default.contentsOfDirectory(atPath: Repository.root + "/Sources"))
        #expect(found == Set(Self.layers.flatMap(\.targets)))
    }

    @Test(arguments: Self.layers.flatMap(\.targets))
    func importsPointDownward(target: String) throws {
        let ranks = Dictionary(
            uniqueKeysWithValues: Self.layers.enumerated().flatMap { rank, layer in layer.targets.map { ($0, rank) } })
        let rank = try #require(ranks[target])
        for (file, module) in try Repository.imports(of: target) {
            guard let other = ranks[module], module != target else { continue }
            #expect(
                other > rank || (other == rank && Self.layers[rank].mayShare),
                "\(file) imports \(module), which is not below \(Self.layers[rank].name)")
        }
    }

    @Test(arguments: Self.layers.filter { ["decisions", "values"].contains($0.name) }.flatMap(\.targets))
    func decisionsAndValuesDoNoInputOrOutput(target: String) throws {
        let own = Set(Self.layers.flatMap(\.targets))
        for (file, module) in try Repository.imports(of: target) where !own.contains(module) {
            #expect(Self.pureImports.contains(module), "\(file) imports \(module)")
        }
    }

    @Test(arguments: [
        "ingot-agent", "StageAgent", "LinuxSystem", "AgentProtocol", "ImageFormat", "DiskFormats", "DHCP",
        "ModuleAliases", "NetworkTypes",
    ])
    func theAgentNeverLinksTheFullFoundation(target: String) throws {
        for (file, module) in try Repository.imports(of: target) {
            #expect(module != "Foundation", "\(file) imports Foundation")
        }
    }
}
