import BootSimulator
import NetworkTypes
import Testing

@Suite struct ResultTableTests {
    /// Hosts of these kinds that ended as listed; the answers to each took 1, 2, ... ms.
    private func results(_ kinds: [HostKind], answers: Int) throws -> [HostResult] {
        let host = try #require(try Fleet(clients: 1, broken: BrokenHosts("0"), seed: 1).hosts.first)
        return kinds.map { kind in
            let host = SimulatedHost(
                kind: kind, mac: host.mac, systemUUID: host.systemUUID, serial: host.serial, bootID: host.bootID,
                transactionID: host.transactionID)
            return HostResult(
                host: host, failure: nil, answers: (0..<answers).map { .milliseconds($0 + 1) },
                duration: .milliseconds(2340))
        }
    }

    @Test func showsTheKindsThatTookPartAndAll() throws {
        let table = ResultTable(try results([.stalls, .ipxe, .ipxe], answers: 100))
        #expect(
            table.rows == [
                ["ipxe", "greets and waits", "2", "2", "50.0", "99.0", "2.3"],
                ["stalls", "the server ends the transfer", "1", "1", "50.0", "99.0", "2.3"],
                ["all", "", "3", "3", "50.0", "99.0", "2.3"],
            ])
        #expect(table.rows.allSatisfy { $0.count == ResultTable.headings.count })
        #expect(table.isSuccess && table.failures.isEmpty)
    }

    @Test func oneHostThatEndedOtherwiseIsNoSuccess() throws {
        var all = try results([.ipxe, .ipxe], answers: 1)
        let host = all[0].host
        all[0] = HostResult(host: host, failure: "no OFFER", answers: [], duration: .seconds(61))
        let table = ResultTable(all)
        #expect(!table.isSuccess)
        #expect(table.failures == ["ipxe \(host.mac): no OFFER"])
        #expect(table.rows.first == ["ipxe", "greets and waits", "2", "1", "1.0", "1.0", "61.0"])
    }

    @Test func hasNoPercentilesWithoutAnswers() throws {
        let table = ResultTable(try results([.biosPXE], answers: 0))
        #expect(table.rows.last == ["all", "", "1", "1", "-", "-", "2.3"])
    }
}
