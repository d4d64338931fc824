import BootPolicy
import Testing

@Suite struct PlacementRulesTests {
    private static let place = Placement(name: "node-1")

    private func ordered(_ pairs: (circuit: String?, remote: String?, name: String)...) throws -> PlacementRules {
        PlacementRules(
            try pairs.map {
                try PlacementRule(circuit: $0.circuit, remote: $0.remote, placement: Placement(name: $0.name))
            })
    }

    @Test func takesTheFirstRuleThatFits() throws {
        let rules = try ordered(
            ("Eth1/1", "leaf-1", "both"), ("Eth1/1", nil, "circuit"), (nil, "leaf-1", "remote"), ("Eth1/2", nil, "late")
        )
        let circuit = Array("Eth1/1".utf8)
        let remote = Array("leaf-1".utf8)
        #expect(rules.placement(circuit: circuit, remote: remote)?.name == "both")
        #expect(rules.placement(circuit: circuit, remote: nil)?.name == "circuit")
        #expect(rules.placement(circuit: circuit, remote: [1])?.name == "circuit")
        #expect(rules.placement(circuit: Array("Eth1/2".utf8), remote: remote)?.name == "remote")
        #expect(rules.placement(circuit: nil, remote: remote)?.name == "remote")
        #expect(rules.placement(circuit: Array("Eth1/3".utf8), remote: nil) == nil)
        #expect(rules.placement(circuit: Array("Eth1/1 ".utf8), remote: nil) == nil)
        #expect(rules.placement(circuit: nil, remote: nil) == nil)
    }

    @Test func readsHexadecimalDigits() throws {
        let rules = try ordered((nil, "0x0006AaBb", "hex"))
        #expect(rules.placement(circuit: nil, remote: [0, 6, 0xAA, 0xBB])?.name == "hex")
    }

    @Test func namesThePortAsTheRelayAgentDoes() throws {
        let rules = try ordered(("Eth1/1", nil, "circuit"), (nil, "0x0006", "remote"))
        let circuit = Array("Eth1/1".utf8)
        #expect(rules.placement(circuit: circuit, remote: nil)?.port == "Eth1/1")
        #expect(rules.placement(circuit: circuit, remote: [])?.port == "Eth1/1")
        #expect(rules.placement(circuit: circuit, remote: Array("leaf-1".utf8))?.port == "Eth1/1 of leaf-1")
        #expect(rules.placement(circuit: circuit, remote: [0, 0xAB])?.port == "Eth1/1 of 0x00ab")
        #expect(rules.placement(circuit: [27, 91], remote: [0, 6])?.port == "0x1b5b of 0x0006")
    }

    @Test(arguments: ["", "0x", "0x1", "0x12g4", "Eth\t1", "Größe", "a\u{0}b"])
    func refusesWhatCannotBeACircuit(text: String) {
        #expect(throws: PlacementRuleError.self) {
            try PlacementRule(circuit: text, remote: nil, placement: Self.place)
        }
        #expect(throws: PlacementRuleError.self) {
            try PlacementRule(circuit: nil, remote: text, placement: Self.place)
        }
    }

    @Test func refusesARuleThatFitsEverythingOrSaysNothing() {
        #expect(throws: PlacementRuleError.self) {
            try PlacementRule(circuit: nil, remote: nil, placement: Self.place)
        }
        #expect(throws: PlacementRuleError.self) {
            try PlacementRule(circuit: "a", remote: nil, placement: Placement())
        }
        #expect(throws: PlacementRuleError.self) {
            try PlacementRule(circuit: "a", remote: nil, placement: Placement(unit: 0))
        }
    }
}
