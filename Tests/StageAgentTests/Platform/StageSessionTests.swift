import AgentProtocol
import FoundationEssentials
import Glibc
import ImageFormat
import NIOCore
import NetworkTypes
import StageAgent
import Synchronization
import Testing

/// Answers what it was told to, in order.
private final class ScriptedServer: StageServer {
    private let answers: Mutex<[Result<Assignment, ServerError>]>
    let greetings = Mutex(0)

    init(_ answers: [Result<Assignment, ServerError>]) { self.answers = Mutex(answers) }

    private func next() throws -> Assignment {
        let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let answer else { throw ServerError.unreachable("nobody answers") }
        return try answer.get()
    }

    func greet(_ greeting: Greeting, bootToken: String) async throws -> Welcome {
        greetings.withLock { $0 += 1 }
        guard bootToken == "token" else { throw ServerError.refused(status: 401, reason: "wrong token") }
        return Welcome(sessionToken: "session", assignment: try next(), serverTime: 5000)
    }

    func assignment() async throws -> Assignment { try next() }
    func send(_ batch: EventBatch) async throws { throw ServerError.unreachable("not part of these tests") }
    func report(_ result: DeploymentResult) async throws { throw ServerError.unreachable("not part of these tests") }
    func manifest(_ digest: ChunkDigest) async throws -> SignedDocument { throw ServerError.malformed("none") }
    func chunk(_ digest: ChunkDigest, afresh: Bool) async throws -> ByteBuffer { throw ServerError.malformed("none") }
}

private final class Carrier: OrderCarrying {
    let orders = Mutex<[SignedDocument]>([])

    func carryOut(_ order: SignedDocument) async -> StageEnd {
        orders.withLock { $0.append(order) }
        return StageEnd(reason: "carried out", isFailure: false)
    }
}

/// A clock whose sleeps end at once and are counted.
private final class InstantClock: Clock {
    typealias Instant = ContinuousClock.Instant
    let slept = Mutex<[Duration]>([])
    private let offset = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var now: Instant { start + offset.withLock { $0 } }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let wait = deadline - now
        slept.withLock { $0.append(wait) }
        offset.withLock { $0 += wait }
    }
}

struct StageSessionTests {
    private let clock = InstantClock()
    private let carrier = Carrier()
    private let serverClock = ServerClock(uptime: { 100 })
    private let order = SignedDocument(payload: Data([1]), signature: Data([2]), keyID: KeyID(rawValue: "k"))

    private func run(_ server: ScriptedServer, token: String = "token") async -> StageEnd {
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        let inventory = Inventory(
            systemUUID: nil, serial: nil, vendor: nil, product: nil, firmware: .bios, secureBoot: nil, memory: 1,
            processors: 1, nics: [], disks: [])
        let session = StageSession(
            server: server, carrier: carrier, console: StageConsole(descriptors: [null]), serverClock: serverClock,
            clock: clock)
        return await session.run(
            greeting: Greeting(bootID: "b", bootMAC: .zero, inventory: inventory), bootToken: token)
    }

    @Test func carriesOutTheOrderOfTheWelcome() async {
        let end = await run(ScriptedServer([.success(.deploy(order))]))
        #expect(end == StageEnd(reason: "carried out", isFailure: false))
        #expect(carrier.orders.withLock { $0 } == [order])
    }

    @Test func takesTheTimeFromTheServer() async {
        _ = await run(ScriptedServer([.success(.reboot(reason: ""))]))
        #expect(serverClock.now == 5000)
    }

    @Test func waitsAndAsksAgainUntilThereIsAnOrder() async {
        let server = ScriptedServer([
            .success(.wait(reason: "not accepted", retryAfter: 5)), .success(.wait(reason: "no order", retryAfter: 0)),
            .success(.deploy(order)),
        ])
        #expect(await run(server).reason == "carried out")
        #expect(clock.slept.withLock { $0 } == [.seconds(5), .seconds(1)])
    }

    @Test func rebootsWhenItIsTold() async {
        let end = await run(ScriptedServer([.success(.reboot(reason: "cancelled"))]))
        #expect(end == StageEnd(reason: "cancelled", isFailure: false))
        #expect(carrier.orders.withLock { $0 }.isEmpty)
    }

    @Test func triesAgainWhileTheServerCannotBeReached() async {
        let down = Result<Assignment, ServerError>.failure(.unreachable("down"))
        let server = ScriptedServer([
            down, down, .success(.wait(reason: "", retryAfter: 9)), down, .success(.deploy(order)),
        ])
        #expect(await run(server).reason == "carried out")
        #expect(clock.slept.withLock { $0 } == [1, 2, 9, 1].map { .seconds($0) })
        #expect(server.greetings.withLock { $0 } == 3)
    }

    @Test func givesUpAfterFiveMinutesWithoutAServer() async {
        let end = await run(ScriptedServer([]))
        #expect(end.isFailure)
        #expect(end.reason.contains("nobody answers"))
        let total = clock.slept.withLock { $0.reduce(.zero, +) }
        #expect(total > .seconds(285) && total <= .seconds(300))
    }

    @Test func neverRepeatsATokenThatWasRefused() async {
        let server = ScriptedServer([.success(.deploy(order))])
        let end = await run(server, token: "stale")
        #expect(end.isFailure && end.reason.contains("401") && end.reason.contains("wrong token"))
        #expect(server.greetings.withLock { $0 } == 1)
    }

    @Test func endsWhereTheServerSpeaksNonsense() async {
        let end = await run(ScriptedServer([.failure(.malformed("no JSON"))]))
        #expect(end.isFailure && end.reason.contains("no JSON"))
    }
}
