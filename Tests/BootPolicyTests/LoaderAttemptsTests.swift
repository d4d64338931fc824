import BootPolicy
import NetworkTypes
import Testing

struct LoaderAttemptsTests {
    static let mac = MACAddress.broadcast
    static let model = HostModel(vendor: "Example Inc.", product: "Server 100")
    static let list = LoaderList(names: ["shim", "snp", "ipxe"], isRuled: false, isOverHTTP: false)

    /// Attempts of one host, a minute from one another.
    private struct Host {
        var attempts = LoaderAttempts()
        var now: Int64 = 0
        var mac = LoaderAttemptsTests.mac
        var model: HostModel?

        /// The firmware starts anew: DISCOVER, and REQUEST four seconds later.
        mutating func boot(_ list: LoaderList = LoaderAttemptsTests.list) -> LoaderAttempts.Offer? {
            now += 60_000
            let offer = attempts.offered(
                list, to: mac, attempt: UInt32(truncatingIfNeeded: now), model: model, now: now)
            now += 4000
            let again = attempts.offered(list, to: mac, attempt: nil, model: model, now: now)
            #expect(again?.loader == offer?.loader && again?.insteadOf == nil)
            return offer
        }
    }

    @Test func offersTheNextLoaderAfterTwoSilentAttempts() {
        var host = Host()
        #expect(host.boot() == .init(loader: "shim"))
        #expect(host.boot() == .init(loader: "shim"))
        #expect(host.boot() == .init(loader: "snp", insteadOf: "shim"))
        #expect(host.boot() == .init(loader: "snp"))
        #expect(host.boot() == .init(loader: "ipxe", insteadOf: "snp"))
    }

    @Test func afterTheLastLoaderComesTheFirstAgain() {
        var host = Host(attempts: LoaderAttempts(patience: 1))
        for loader in ["shim", "snp", "ipxe", "shim"] {
            let offer = host.boot()
            #expect(offer?.loader == loader)
        }
    }

    @Test func aSingleLoaderIsOfferedForEver() {
        var host = Host(attempts: LoaderAttempts(patience: 1))
        let list = LoaderList(names: ["shim"], isRuled: false, isOverHTTP: false)
        for _ in 0..<5 { #expect(host.boot(list) == .init(loader: "shim")) }
    }

    @Test func anEmptyListOffersNothing() {
        var host = Host()
        #expect(host.boot(LoaderList(names: [], isRuled: false, isOverHTTP: false)) == nil)
        #expect(host.attempts.count == 0)
    }

    @Test func packetsOfOneExchangeAreOneAttempt() {
        var attempts = LoaderAttempts(patience: 1)
        func offered(_ attempt: UInt32?, at now: Int64) -> LoaderAttempts.Offer? {
            attempts.offered(Self.list, to: Self.mac, attempt: attempt, model: nil, now: now)
        }
        // What firmware sends again, and what follows.
        for now in [0, 4000, 12_000, 28_000, 60_000] as [Int64] {
            #expect(offered(1, at: now) == .init(loader: "shim"))
        }
        #expect(offered(nil, at: 63_000) == .init(loader: "shim"))
        #expect(offered(2, at: 66_000) == .init(loader: "shim"))
        #expect(offered(3, at: 69_001) == .init(loader: "snp", insteadOf: "shim"))
        // Firmware whose transactions are all alike.
        #expect(offered(3, at: 109_002) == .init(loader: "ipxe", insteadOf: "snp"))
    }

    @Test func strangersAreForgottenBeforeHosts() {
        var host = Host(attempts: LoaderAttempts(patience: 1, limit: 10), model: Self.model)
        _ = host.boot()
        for number in 1...100 as ClosedRange<UInt8> {
            let stranger = MACAddress([6, 0xF1, 0, 0, 0, number] as [UInt8]) ?? .broadcast
            _ = host.attempts.offered(Self.list, to: stranger, attempt: 1, model: nil, now: host.now)
        }
        #expect(host.attempts.count <= 10)
        #expect(host.boot() == .init(loader: "snp", insteadOf: "shim"))
    }

    @Test func aLoaderThatAskedIsKept() {
        var host = Host()
        for _ in 0..<5 {
            #expect(host.boot() == .init(loader: "shim"))
            host.attempts.progressed(Self.mac)
        }
        #expect(host.boot() == .init(loader: "shim"))
        #expect(host.boot() == .init(loader: "shim"))
        #expect(host.boot() == .init(loader: "snp", insteadOf: "shim"))
    }

    @Test func newKnowledgeStartsAtItsOwnFirstLoader() {
        var host = Host()
        _ = host.boot()
        host.attempts.progressed(Self.mac)
        let off = LoaderList(names: ["snp", "ipxe", "shim"], isRuled: false, isOverHTTP: false)
        #expect(host.boot(off) == .init(loader: "snp"))
    }

    /// The greeting orders the list anew: what was offered in vain stays behind what worked.
    @Test(arguments: [false, true]) func newKnowledgeBringsNothingBackThatWasGivenUp(isRuled: Bool) {
        var host = Host()
        let before = LoaderList(names: ["shim", "snp", "ipxe"], isRuled: isRuled, isOverHTTP: false)
        for _ in 0..<5 { _ = host.boot(before) }
        host.attempts.progressed(Self.mac)
        let names = isRuled ? ["shim", "ipxe", "snp"] : ["snp", "ipxe", "shim"]
        #expect(host.boot(LoaderList(names: names, isRuled: isRuled, isOverHTTP: false)) == .init(loader: "ipxe"))
    }

    @Test func whatAnOperatorChoosesIsTriedAnew() {
        var host = Host()
        for _ in 0..<3 { _ = host.boot() }
        let ruled = LoaderList(names: ["shim", "snp", "ipxe"], isRuled: true, isOverHTTP: false)
        #expect(host.boot(ruled) == .init(loader: "shim"))
        for _ in 0..<2 { _ = host.boot(ruled) }
        let other = LoaderList(names: ["ipxe", "shim"], isRuled: true, isOverHTTP: false)
        #expect(host.boot(other) == .init(loader: "ipxe"))
    }

    @Test func whereAllWereGivenUpTheFirstComesAgain() {
        var host = Host(attempts: LoaderAttempts(patience: 1))
        for _ in 0..<4 { _ = host.boot() }
        let off = LoaderList(names: ["snp", "ipxe", "shim"], isRuled: false, isOverHTTP: false)
        #expect(host.boot(off) == .init(loader: "snp"))
    }

    @Test func pxeAndHTTPBootOfOneNICAreCountedApart() {
        var host = Host()
        let http = LoaderList(names: ["snp", "ipxe"], isRuled: false, isOverHTTP: true)
        for _ in 0..<2 {
            #expect(host.boot() == .init(loader: "shim"))
            #expect(host.boot(http) == .init(loader: "snp"))
        }
        #expect(host.boot() == .init(loader: "snp", insteadOf: "shim"))
        #expect(host.boot(http) == .init(loader: "ipxe", insteadOf: "snp"))
        host.attempts.progressed(Self.mac)
        #expect(host.boot(http) == .init(loader: "ipxe"))
        #expect(host.boot(http) == .init(loader: "ipxe"))
    }

    @Test func whatWorkedOnAModelIsOfferedToItsOthersFirst() {
        var host = Host(model: Self.model)
        for _ in 0..<3 { _ = host.boot() }
        host.attempts.progressed(Self.mac)
        host.mac = .zero
        #expect(host.boot() == .init(loader: "snp"))
        host.model = HostModel(vendor: "Example Inc.", product: "Server 200")
        host.mac = MACAddress("52:54:00:00:00:01") ?? .zero
        #expect(host.boot() == .init(loader: "shim"))
    }

    @Test func anOperatorsRuleIsNotOverruledByExperience() {
        var host = Host(model: Self.model)
        for _ in 0..<3 { _ = host.boot() }
        host.attempts.progressed(Self.mac)
        host.mac = .zero
        let ruled = LoaderList(names: ["ipxe", "shim", "snp"], isRuled: true, isOverHTTP: false)
        #expect(host.boot(ruled) == .init(loader: "ipxe"))
    }

    @Test func progressOfAHostThatWasOfferedNothingChangesNothing() {
        var host = Host()
        host.attempts.progressed(Self.mac)
        #expect(host.attempts.count == 0)
        #expect(host.boot() == .init(loader: "shim"))
    }

    @Test func forgetsTheOldestClientsWhereTooManyCome() {
        var attempts = LoaderAttempts(patience: 1, limit: 100)
        for number in 0..<1000 {
            let mac = MACAddress([2, 0, 0, 0, UInt8(number / 256), UInt8(number % 256)] as [UInt8]) ?? .zero
            _ = attempts.offered(Self.list, to: mac, attempt: 1, model: nil, now: Int64(number) * 1000)
            #expect(attempts.count <= 100)
        }
        let last = MACAddress([2, 0, 0, 0, 3, 231] as [UInt8]) ?? .zero
        let offer = attempts.offered(Self.list, to: last, attempt: 1, model: nil, now: 2_000_000)
        #expect(offer?.insteadOf == "shim")
    }
}
