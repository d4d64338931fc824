import AgentProtocol
import FoundationEssentials
import ImageFormat
import Testing
import UserAPI
import VirtualRack

extension EndToEnd {
    /// Requests that are made of the OpenAPI document, right ones and wrong ones, against a real server with hosts, images
    /// and deployments in it: every answer is one that the document knows, and nothing is damaged afterwards.
    @Suite struct ConformanceTests {
        /// How many requests of each kind are made for each operation, by the role whose token they carry.
        private static let examples: KeyValuePairs<AccountRole, Int> = [
            .administrator: 20, .operator: 8, .member: 8, .viewer: 4,
        ]
        private static let leastRequests = 5000
        private static let leastPerOperation = 20

        @Test(.timeLimit(.minutes(20))) func everyAnswerIsAsTheDocumentSays() async throws {
            try await FaultBench.with("conformance") { bench in
                let world = try await ConformanceWorld.make(bench)
                let tally = bench.server.directory + "/tally"
                for (role, examples) in Self.examples {
                    let output = try await bench.server.rack.run([
                        Artifacts.root + "/Tests/APIConformance/run", Artifacts.root + "/.cache/schemathesis",
                        "http://127.0.0.1:8090", world.file, tally, "\(examples)",
                        "\(role.rawValue)=\(world.tokens[role] ?? "")", bench.server.data + "/admin-token",
                    ])
                    #expect(output.status == 0, "\(role.rawValue): \(output.standardOutput.suffix(20_000))")
                }
                try Self.check(ConformanceTally(file: tally))
                let check = try await bench.server.ingot("image", "fsck")
                #expect(check.contains("0 chunks missing, 0 damaged"), "\(check)")
                let status: ServerStatus = try await bench.server.get(APIRoute.status)
                #expect(status.version != "")
            }
        }

        private static func check(_ tally: ConformanceTally) throws {
            print("CONFORMANCE \(tally.requests) requests of \(tally.statuses.count) operations")
            #expect(tally.requests >= leastRequests)
            for operation in APIOperation.all {
                let statuses = tally.statuses[operation.id] ?? []
                #expect(statuses.count >= leastPerOperation, "\(operation.id): \(statuses.count) requests")
                #expect(statuses.contains { (200..<300).contains($0) }, "\(operation.id): \(Set(statuses).sorted())")
            }
        }
    }
}

/// The answers that a conformance run got, by operation.
struct ConformanceTally {
    var statuses: [String: [Int]] = [:]

    init(file: String) throws {
        for line in String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let status = Int(words[1]) else { throw EndToEndError("a tally of '\(line)'") }
            statuses[String(words[0]), default: []].append(status)
        }
    }

    var requests: Int { statuses.values.map(\.count).reduce(0, +) }
}
