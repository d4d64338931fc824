/// Where a host stands, as far as the port that it is plugged into tells.
public struct Placement: Codable, Hashable, Sendable {
    /// What a host there is called.
    public var name: String?
    public var rack: String?
    /// The rack unit, counted from 1.
    public var unit: Int?
    /// The port as its relay agent names it: `Eth1/7 of leaf-1`.
    public var port: String?

    public init(name: String? = nil, rack: String? = nil, unit: Int? = nil, port: String? = nil) {
        self.name = name
        self.rack = rack
        self.unit = unit
        self.port = port
    }
}
