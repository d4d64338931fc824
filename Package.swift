// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let systemPackage = product(name: "SystemPackage", package: "swift-system")
    static let x509 = product(name: "X509", package: "swift-certificates")
    static let yams = product(name: "Yams", package: "Yams")
}

func swift(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: strict)
}

func fuzz(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + ["FuzzSupport", .logging], path: "Fuzz/\(name)",
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

// Imports point downward only: each list may use the lists below it, never the ones above.

let executables: [Target] = [
    .executableTarget(
        name: "ingot",
        dependencies: [
            "BootServices", "BootSimulator", "HTTPServices", "UserAPI", "APIDescription", "Store", "ImageStore",
            "ObjectStorage", "ImageBuilder", "BootableDisk", "Signing",
            "LinuxSystem", "PacketCapture", "ImageFormat", "NetworkTypes", "Provisioning", "AgentProtocol",
            "LeasePolicy",
            "BootPolicy", "BootTimeline", "CloudInit", "PreflightFacts", "BootScripts", "StageArchive",
            "ReservationFiles",
            .argumentParser, .asyncHTTPClient, .crypto, .lifecycle, .logging, .yams, .nioCore,
            .nioPosix, .nioHTTP1, .hummingbird, .subprocess, .systemPackage, .unixSignals,
        ],
        swiftSettings: strict),
    .executableTarget(
        name: "ingot-agent",
        dependencies: [
            "StageAgent", "AgentProtocol", "ImageFormat", "NetworkTypes", "LinuxSystem", "CStageInit", .asyncHTTPClient,
            .nioPosix, .logging,
        ],
        swiftSettings: strict,
        linkerSettings: [
            .unsafeFlags(["-static-executable"]),
            // FoundationEssentials names these only when it is compiled for static linking.
            .linkedLibrary("_FoundationCollections"), .linkedLibrary("_FoundationCShims"),
        ]),
    .executableTarget(
        name: "ingot-lab",
        dependencies: [
            "VirtualRack", "NetworkTypes", .argumentParser, .unixSignals, .subprocess, .systemPackage, .yams,
        ],
        swiftSettings: strict),
]

let services: [Target] = [
    swift(
        "BootServices",
        [
            "DHCP", "TFTP", "NetworkTypes", "LeasePolicy", "BootPolicy", "BootTimeline", "BootScripts", "LinuxSystem",
            .nioCore, .nioPosix, .logging, .lifecycle, .metrics,
        ]),
    swift("BootSimulator", ["NetworkTypes", "LinuxSystem", .asyncHTTPClient, .nioCore, .nioPosix, .nioHTTP1]),
    swift(
        "HTTPServices",
        [
            "UserAPI", "APIDescription", "AccessPolicy", "Metering", "AgentProtocol", "BootScripts", "BootPolicy",
            "BootTimeline", "LeasePolicy",
            "Provisioning", "CloudInit", "ImageFormat", "ImageStore", "ObjectStorage", "Store", "Signing",
            "Preflight", "PreflightFacts", "ModuleAliases", .asyncHTTPClient,
            "NetworkTypes", "LinuxSystem", .hummingbird,
            .hummingbirdCore, .httpTypes, .nioCore, .nioPosix, .nioHTTP1, .nioHTTPTypes, .logging,
            .lifecycle, .crypto,
        ]),
    swift(
        "StageAgent",
        [
            "AgentProtocol", "Provisioning", "ImageFormat", "DiskFormats", "DHCP", "NetworkTypes", "LinuxSystem",
            "ModuleAliases", "CZstd", .asyncHTTPClient, .nioCore, .nioPosix, .nioHTTP1, .crypto, .logging,
        ]),
]

let adapters: [Target] = [
    swift(
        "Store",
        [
            "AccessPolicy", "Metering", "UserAPI", "NetworkTypes", "BootPolicy", "BootTimeline", "Provisioning",
            "AgentProtocol", "ImageFormat", "PreflightFacts", "LeasePolicy", .grdb, .logging,
        ]),
    swift("PacketCapture", ["CPcap", "NetworkTypes", .nioPosix, .lifecycle, .logging]),
    swift(
        "ImageStore",
        [
            "ImageFormat", "DiskFormats", "BootableDisk", "PreflightFacts", "ModuleAliases", "CLinux", "CZstd",
            "CLZMA", "CZlib", "CExt2FS", .crypto, .logging, .nioCore, .nioPosix,
            .asyncHTTPClient,
        ]),
    swift("ObjectStorage", [.asyncHTTPClient, .crypto, .nioCore, .nioHTTP1]),
    swift("ImageBuilder", ["BootableDisk", "UserAPI", .crypto, .subprocess, .systemPackage, .yams]),
    swift("LinuxSystem", ["CLinux", "DHCP", "NetworkTypes", "DiskFormats", "ModuleAliases", .nioCore, .logging]),
    swift("Signing", ["ImageFormat", "COpenSSL", .crypto, .x509, .asn1]),
    swift("VirtualRack", ["NetworkTypes", .nioCore, .nioPosix, .subprocess, .systemPackage]),
]

let decisions: [Target] = [
    swift("AccessPolicy", ["UserAPI"]),
    swift("BootPolicy", ["NetworkTypes", "BootScripts", "UserAPI"]),
    swift("BootTimeline", ["NetworkTypes"]),
    swift("LeasePolicy", ["NetworkTypes"]),
    swift("Metering"),
    swift("Preflight", ["PreflightFacts", "ModuleAliases", "AgentProtocol", "NetworkTypes"]),
    swift("Provisioning", ["NetworkTypes", "AgentProtocol", "ImageFormat", "PreflightFacts"]),
]

let values: [Target] = [
    swift("NetworkTypes"),
    swift("DHCP", ["NetworkTypes", .nioCore]),
    swift("TFTP", [.nioCore]),
    swift("BootScripts", ["AgentProtocol", "NetworkTypes", .mustache]),
    swift("ImageFormat", [.crypto]),
    swift("DiskFormats"),
    swift("BootableDisk"),
    swift("ModuleAliases"),
    swift("PreflightFacts"),
    swift("CloudInit", ["NetworkTypes", "AgentProtocol", .yams]),
    swift("AgentProtocol", ["NetworkTypes", "ImageFormat"]),
    swift("ReservationFiles", ["NetworkTypes"]),
    swift("StageArchive", ["AgentProtocol", "ImageFormat"]),
    swift("APIDescription", ["UserAPI", "ImageFormat", "NetworkTypes"]),
    swift("UserAPI", ["NetworkTypes", "AgentProtocol", "ImageFormat", "PreflightFacts"]),
]

let cModules: [Target] = [
    .target(name: "CLinux"),
    .target(name: "CStageInit"),
    .systemLibrary(name: "CPcap", pkgConfig: "libpcap"),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
    .systemLibrary(name: "CLZMA", pkgConfig: "liblzma"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CExt2FS", linkerSettings: [.linkedLibrary("ext2fs"), .linkedLibrary("com_err")]),
]

let testTargets: [Target] = [
    tests("NetworkTypesTests", ["NetworkTypes"]),
    tests("ImageFormatTests", ["ImageFormat", .crypto]),
    tests("AgentProtocolTests", ["AgentProtocol", "ImageFormat", "NetworkTypes"]),
    tests("UserAPITests", ["UserAPI", "AgentProtocol", "ImageFormat", "NetworkTypes"]),
    tests("DHCPTests", ["DHCP", "NetworkTypes", .nioCore]),
    tests("TFTPTests", ["TFTP", .nioCore]),
    tests("BootScriptsTests", ["BootScripts", "NetworkTypes"]),
    tests("DiskFormatsTests", ["DiskFormats", "LinuxSystem"]),
    tests("BootableDiskTests", ["BootableDisk"]),
    tests("CloudInitTests", ["CloudInit", "AgentProtocol", "NetworkTypes"], fixtures: true),
    tests("BootPolicyTests", ["BootPolicy", "BootScripts", "NetworkTypes", .yams]),
    tests("AccessPolicyTests", ["AccessPolicy", "UserAPI"]),
    tests("APIDescriptionTests", ["APIDescription", "UserAPI"]),
    tests("BootTimelineTests", ["BootTimeline", "NetworkTypes"]),
    tests("BootSimulatorTests", ["BootSimulator", "DHCP", "TFTP", "AgentProtocol", "NetworkTypes", .nioCore]),
    tests("ReservationFilesTests", ["ReservationFiles", "NetworkTypes"]),
    tests(
        "PacketCaptureTests", ["PacketCapture", "LinuxSystem", "NetworkTestSupport", "NetworkTypes", .logging]),
    tests("MeteringTests", ["Metering"]),
    tests("ModuleAliasesTests", ["ModuleAliases"]),
    tests("PreflightTests", ["Preflight", "PreflightFacts", "ModuleAliases", "AgentProtocol", "NetworkTypes"]),
    tests("LeasePolicyTests", ["LeasePolicy", "NetworkTypes"]),
    tests("ProvisioningTests", ["Provisioning", "AgentProtocol", "ImageFormat", "NetworkTypes"]),
    tests(
        "StoreTests",
        [
            "Store", "AccessPolicy", "Metering", "UserAPI", "BootPolicy", "BootTimeline", "Provisioning",
            "AgentProtocol",
            "ImageFormat", "LeasePolicy", "NetworkTypes", "PreflightFacts", .grdb,
        ], fixtures: true),
    tests(
        "ImageStoreTests",
        [
            "ImageStore", "HTTPServices", "ObjectStorage", "S3TestSupport", .asyncHTTPClient, "ImageFormat",
            "PreflightFacts", "DiskFormats", .crypto, .nioCore, .nioPosix, .nioHTTP1, .subprocess,
            .systemPackage,
        ]),
    .target(
        name: "S3TestSupport", path: "Tests/S3TestSupport", swiftSettings: strict),
    tests("ObjectStorageTests", ["ObjectStorage", "S3TestSupport", .asyncHTTPClient, .nioCore, .nioPosix]),
    .target(
        name: "OpenPGPTestSupport", dependencies: [.subprocess], path: "Tests/OpenPGPTestSupport",
        swiftSettings: strict),
    tests(
        "ImageBuilderTests",
        ["ImageBuilder", "BootableDisk", "OpenPGPTestSupport", "ImageStore", "ImageFormat", "UserAPI"]),
    .target(
        name: "NetworkTestSupport",
        dependencies: ["CLinux", "LinuxSystem", "DHCP", "NetworkTypes", .nioCore, .nioPosix],
        path: "Tests/NetworkTestSupport",
        swiftSettings: strict),
    tests(
        "LinuxSystemTests",
        ["LinuxSystem", "DHCP", "NetworkTypes", "NetworkTestSupport", .nioCore, .logging]),
    tests("SigningTests", ["Signing", "ImageFormat", .crypto]),
    tests(
        "BootServicesTests",
        [
            "BootServices", "DHCP", "TFTP", "LeasePolicy", "BootPolicy", "BootTimeline", "BootScripts", "LinuxSystem",
            "PacketCapture", "NetworkTypes", "NetworkTestSupport", .nioCore, .nioPosix, .logging, .lifecycle,
        ]),
    tests(
        "HTTPServicesTests",
        [
            "HTTPServices", "UserAPI", "AccessPolicy", "Metering", "ObjectStorage", "S3TestSupport", "Store",
            "ImageStore", "Signing", "BootPolicy",
            "BootScripts", "BootTimeline", "PreflightFacts",
            "LeasePolicy", "Provisioning", "AgentProtocol", "ImageFormat", "NetworkTypes", .hummingbird,
            .hummingbirdTesting, .httpTypes, .asyncHTTPClient, .nioCore, .nioPosix, .nioHTTP1, .crypto,
            .logging, .subprocess, .lifecycle,
        ]),
    tests(
        "StageAgentTests",
        [
            "StageAgent", "AgentProtocol", "ImageFormat", "DiskFormats", "NetworkTypes", "LinuxSystem", "CZstd",
            .crypto,
            .nioCore, .nioPosix,
        ]),
    tests(
        "StageArchiveTests", ["StageArchive", "AgentProtocol", "ImageFormat", "LinuxSystem", "ModuleAliases", .crypto]),
    tests("VirtualRackTests", ["VirtualRack", "NetworkTypes", .yams]),
    tests("RepositoryTests"),
    tests(
        "EndToEndTests",
        [
            "VirtualRack", "OpenPGPTestSupport", "UserAPI", "Store", "AgentProtocol", "ImageFormat", "DiskFormats",
            "NetworkTypes", "NetworkTestSupport", "Provisioning", "DHCP", "LinuxSystem", "CLinux", .nioCore,
        ]),
]

/// The targets of libFuzzer, which brings their main function: only `Fuzz/run` builds them.
let fuzzTargets: [Target] =
    Context.environment["INGOT_FUZZ"] == nil
    ? []
    : [
        .target(
            name: "FuzzSupport", dependencies: ["BootTimeline", .logging], path: "Fuzz/FuzzSupport",
            swiftSettings: strict),
        fuzz(
            "FuzzDHCP",
            ["BootServices", "BootPolicy", "BootTimeline", "DHCP", "LeasePolicy", "NetworkTypes", .nioCore]),
        fuzz("FuzzRelayOption", ["DHCP"]),
        fuzz("FuzzPXEOptions", ["DHCP"]),
        fuzz("FuzzTFTP", ["TFTP", .nioCore]),
        fuzz("FuzzImages", ["ImageStore", "DiskFormats"]),
        fuzz(
            "FuzzHTTP",
            [
                "HTTPServices", "UserAPI", "BootServices", "BootScripts", "AgentProtocol", "ImageFormat", "ImageStore",
                "Store", "Provisioning", "AccessPolicy", "NetworkTypes", .nioCore, .crypto, .lifecycle,
            ]),
    ]

let package = Package(
    name: "ingot",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: executables + services + adapters + decisions + values + cModules + testTargets + fuzzTargets
)
