/// The rule for names that become parts of file names, interface names and QEMU arguments.
enum Name {
    static func require(_ name: String, atMost limit: Int, of what: String) throws {
        let isGood = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard isGood, (1...limit).contains(name.utf8.count), !name.hasPrefix("-") else {
            throw RackError("'\(name)' cannot name a \(what): expected 1 to \(limit) of a-z, 0-9 and '-'")
        }
    }

    static func requireUnique(_ names: [String], of what: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw RackError("the \(what) \(name) is named twice")
        }
    }
}
