import FoundationEssentials
import ImageFormat
import NetworkTypes
import UserAPI

extension Bool: DescribedValue {
    static var schema: JSONValue { ["type": "boolean"] }
    static func sample() throws -> Bool { false }
}

extension String: DescribedValue {
    static var schema: JSONValue { ["type": "string"] }
    static func sample() throws -> String { "" }
}

extension Double: DescribedValue {
    static var schema: JSONValue { ["type": "number"] }
    static func sample() throws -> Double { 0 }
}

extension Int: DescribedValue {
    static var schema: JSONValue {
        ["type": "integer", "format": "int64", "minimum": .integer(Int64.min), "maximum": .integer(Int64.max)]
    }
    static func sample() throws -> Int { 0 }
}

extension Int64: DescribedValue {
    static var schema: JSONValue { Int.schema }
    static func sample() throws -> Int64 { 0 }
}

extension UInt64: DescribedValue {
    static var schema: JSONValue { ["type": "integer", "minimum": 0, "maximum": .unsigned(UInt64.max)] }
    static func sample() throws -> UInt64 { 0 }
}

extension Data: DescribedValue {
    static var schema: JSONValue { ["type": "string", "contentEncoding": "base64"] }
    static func sample() throws -> Data { Data() }
}

extension Timestamp: DescribedValue {
    static var schema: JSONValue { ValueForm.momentSchema }
    static func sample() throws -> Timestamp { Timestamp(0) }
}

extension ChunkDigest: DescribedValue {
    static var schema: JSONValue { ValueForm.digest.schema }
    static func sample() throws -> ChunkDigest { ChunkDigest(of: []) }
}

extension IPv4Address: DescribedValue {
    static var schema: JSONValue { ValueForm.addressSchema }
    static func sample() throws -> IPv4Address { IPv4Address(0, 0, 0, 0) }
}

extension MACAddress: DescribedValue {
    static var schema: JSONValue {
        ["type": "string", "pattern": "^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$"]
    }
    static func sample() throws -> MACAddress { try decoded(from: "52:54:00:00:00:00") }
}

extension SystemUUID: DescribedValue {
    static var schema: JSONValue {
        ["type": "string", "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"]
    }
    static func sample() throws -> SystemUUID { try decoded(from: "12345678-1234-4234-8234-123456789abc") }
}

extension IPv4Subnet: DescribedValue {
    static var schema: JSONValue {
        ["type": "string", "pattern": "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/([0-9]|[12][0-9]|3[0-2])$"]
    }
    static func sample() throws -> IPv4Subnet { try decoded(from: "10.0.0.0/24") }
}

extension DescribedValue {
    /// The value that has this text in JSON.
    fileprivate static func decoded(from text: String) throws -> Self {
        try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(text))
    }
}
