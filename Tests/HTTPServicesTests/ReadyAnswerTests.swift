import AgentProtocol
import HTTPServices
import HTTPTypes
import ImageFormat
import Testing

/// Answers that are given at once are those that the routes would give, in their turn. Over real connections.
@Suite(.timeLimit(.minutes(1)))
struct ReadyAnswerTests {
    private static let frame = [UInt8](repeating: 7, count: 100_000)

    private let boot: BootInstallation

    init() throws { boot = try BootInstallation() }

    @Test func aChunkIsAnsweredAlikeAtFirstAndAtOnce() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await boot.serveWithReadyAnswers { (port) async throws in
            let request = Self.request(AgentRoute.chunk(image.chunk), token: token)
            #expect(!boot.isAnsweredAtOnce(AgentRoute.chunk(image.chunk), token: token))
            let first = try await Self.answer(to: request + Self.last, port: port)
            #expect(boot.isAnsweredAtOnce(AgentRoute.chunk(image.chunk), token: token))
            // From the second on it lies in memory.
            let both = try #require(
                RawAnswer(try await FaultListener.exchange(request + request + Self.last, port: port)))
            #expect(both.status == 200 && first.status == 200)
            var fields = (both.headers, first.headers)
            let dates = (fields.0.removeValue(forKey: "date"), fields.1.removeValue(forKey: "date"))
            #expect(fields.0 == fields.1)
            #expect(dates.0?.hasSuffix(" GMT") == true && dates.0?.count == dates.1?.count)
            #expect(Array(both.rest.prefix(Self.frame.count)) == Self.frame)
            let second = try #require(RawAnswer(Array(both.rest.dropFirst(Self.frame.count))))
            #expect(second.status == 200 && Array(second.rest.prefix(Self.frame.count)) == Self.frame)
            let third = try #require(RawAnswer(Array(second.rest.dropFirst(Self.frame.count))))
            #expect(third.status == 404)
        }
    }

    /// What lies in memory does not overtake what has to be looked for.
    @Test func answersComeInTheOrderOfTheirRequests() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        try await boot.serveWithReadyAnswers { (port) async throws in
            let chunk = Self.request(AgentRoute.chunk(image.chunk), token: token)
            _ = try await Self.answer(to: chunk + Self.last, port: port)
            for _ in 0..<20 {
                let manifest = Self.request(AgentRoute.manifest(image.manifest), token: token)
                let bytes = try await FaultListener.exchange(chunk + manifest + chunk + Self.last, port: port)
                var rest = bytes
                var kinds: [String?] = []
                while let answer = RawAnswer(rest), let length = answer.length {
                    kinds.append(answer.headers["content-type"])
                    rest = Array(answer.rest.dropFirst(length))
                }
                #expect(
                    kinds == [
                        "application/zstd", "application/json", "application/zstd",
                        "application/problem+json",
                    ])
            }
        }
    }

    @Test func onlyTheWholeChunkForItsOwnStageIsAnsweredAtOnce() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        let path = AgentRoute.chunk(image.chunk)
        try await boot.serveWithReadyAnswers { (port) async throws in
            for _ in 0..<2 {
                #expect(
                    try await Self.answer(to: Self.request(path, token: token) + Self.last, port: port).status == 200)
                let refused = try await Self.answer(to: Self.request(path, token: "wrong") + Self.last, port: port)
                #expect(refused.status == 401)
                let part = Self.request(path, token: token, more: "Range: bytes=10-19\r\n")
                #expect(try await Self.answer(to: part + Self.last, port: port).status == 206)
                let head = Self.request(path, token: token, method: "HEAD")
                #expect(try await Self.answer(to: head + Self.last, port: port).length == Self.frame.count)
            }
            #expect(boot.isAnsweredAtOnce(path, token: token))
            #expect(!boot.isAnsweredAtOnce(path, token: "wrong"))
            #expect(!boot.isAnsweredAtOnce(path, token: token, range: "bytes=10-19"))
            #expect(!boot.isAnsweredAtOnce(AgentRoute.manifest(image.manifest), token: token))
            let closing = Self.request(path, token: token, more: "Connection: close\r\n")
            #expect(try #require(RawAnswer(try await FaultListener.exchange(closing, port: port))).isExact)
        }
    }

    @Test func aVoidedSessionGetsNothingAtOnceAfterTwoSeconds() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        let request = Self.request(AgentRoute.chunk(image.chunk), token: token)
        try await boot.serveWithReadyAnswers { (port) async throws in
            #expect(try await Self.answer(to: request + request + Self.last, port: port).status == 200)
            _ = try await boot.server.greet(Installation.greeting(bootID: "boot-3"))
            boot.server.now.advance(by: 2)
            #expect(try await Self.answer(to: request + Self.last, port: port).status == 401)
        }
    }

    /// A stage that got a wrong chunk asks again with `no-cache`.
    @Test func aMendedChunkIsServedToWhoAsksPastTheMemoryAndThenToAll() async throws {
        let image = try await boot.addImage(frame: Self.frame)
        let token = try await boot.runningStage()
        let path = AgentRoute.chunk(image.chunk)
        let usual = Self.request(path, token: token) + Self.last
        let afresh = Self.request(path, token: token, more: "Cache-Control: no-cache\r\n") + Self.last
        let damaged = [UInt8](repeating: 8, count: Self.frame.count)
        try await boot.serveWithReadyAnswers { (port) async throws in
            try await boot.overwriteChunk(image.chunk, with: damaged)
            for request in [usual, usual, afresh, usual] {
                let answer = try await Self.answer(to: request, port: port)
                #expect(Array(answer.rest.prefix(Self.frame.count)) == damaged)
            }
            try await boot.overwriteChunk(image.chunk, with: Self.frame)
            for request in [afresh, usual, usual] {
                let answer = try await Self.answer(to: request, port: port)
                #expect(Array(answer.rest.prefix(Self.frame.count)) == Self.frame)
            }
            #expect(boot.isAnsweredAtOnce(path, token: token))
        }
    }

    /// Ends the connection behind its answer.
    private static let last = "GET /nothing HTTP/1.1\r\nHost: ingot\r\nConnection: close\r\n\r\n"

    private static func request(_ path: String, token: String, method: String = "GET", more: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: ingot\r\nAuthorization: Bearer \(token)\r\n\(more)\r\n"
    }

    /// The first of the answers.
    private static func answer(to requests: String, port: Int) async throws -> RawAnswer {
        try #require(RawAnswer(try await FaultListener.exchange(requests, port: port)))
    }
}
