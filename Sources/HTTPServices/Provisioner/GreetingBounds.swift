import AgentProtocol

/// Whoever is on the boot network can send greetings: what is more than any board has is not written down.
extension Greeting {
    private static let cardBound = 64
    private static let diskBound = 256
    /// Signatures of one disk, or modaliases of one device.
    private static let listBound = 64
    /// Bytes of a name or a number.
    private static let textBound = 256
    /// Bytes of a path or a modalias.
    private static let pathBound = 1024
    /// Bytes of all texts together.
    private static let bound = 512 << 10

    /// Throws where the greeting brings more than is taken.
    func checkBounds() throws {
        let disks = inventory.disks
        let modaliases: [[String]] = inventory.nics.map { $0.modaliases ?? [] } + disks.map { $0.modaliases ?? [] }
        try Self.check(inventory.nics.count, "network cards", most: Self.cardBound)
        try Self.check(disks.count, "disks", most: Self.diskBound)
        try Self.check(Self.most(disks.map(\.signatures.count)), "signatures on one disk", most: Self.listBound)
        try Self.check(Self.most(modaliases.map(\.count)), "modaliases of one device", most: Self.listBound)
        let textSizes = texts.map(\.utf8.count)
        let pathSizes = (disks.map(\.path) + modaliases.flatMap { $0 }).map(\.utf8.count)
        try Self.check(Self.most(textSizes), "bytes in one text", most: Self.textBound)
        try Self.check(Self.most(pathSizes), "bytes in one path or modalias", most: Self.pathBound)
        try Self.check((textSizes + pathSizes).reduce(0, +), "bytes of text", most: Self.bound)
    }

    private var texts: [String] {
        let board = [bootID, inventory.serial ?? "", inventory.vendor ?? "", inventory.product ?? ""]
        let cards = inventory.nics.flatMap { card in [card.name, card.driver ?? ""] }
        let disks = inventory.disks.flatMap { disk -> [String] in
            let identity = [disk.name, disk.serial ?? "", disk.wwn ?? "", disk.model ?? "", disk.transport.rawValue]
            return identity + disk.signatures
        }
        return board + cards + disks
    }

    private static func most(_ counts: [Int]) -> Int { counts.max() ?? 0 }

    private static func check(_ count: Int, _ what: String, most: Int) throws {
        guard count > most else { return }
        throw ProvisioningError(
            .invalid,
            "the greeting brings \(count) \(what), expected are \(most) at most: look what machine sent it, and report "
                + "it if a board really has that many")
    }
}
