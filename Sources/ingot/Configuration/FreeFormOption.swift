import LeasePolicy
import NetworkTypes
import UserAPI

extension DHCPSection {
    /// An option that the server has no name for.
    struct FreeFormOption: Decodable {
        /// None of those that the server or its clients decide about.
        var code: UInt8
        /// At least one.
        var bytes: [UInt8]

        enum CodingKeys: String, CodingKey, CaseIterable { case code, hex, text, address }

        init(from decoder: any Decoder) throws {
            try decoder.refuseKeys(outside: CodingKeys.allCases)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            code = try container.decode(UInt8.self, forKey: .code)
            if let meaning = PlainOption.reserved[code] { throw Self.error(code, "\(meaning): it has no place here") }
            let forms: [CodingKeys] = [.hex, .text, .address].filter { container.contains($0) }
            guard let form = forms.first, forms.count == 1 else {
                let found = forms.isEmpty ? "none" : forms.map(\.stringValue).joined(separator: " and ")
                throw Self.error(code, "has \(found), expected one of hex, text and address")
            }
            switch form {
            case .text: bytes = Array(try container.decode(String.self, forKey: .text).utf8)
            case .address: bytes = try container.decode(IPv4Address.self, forKey: .address).bytes
            default: bytes = try Self.bytes(hex: container.decode(String.self, forKey: .hex), code: code)
            }
            guard !bytes.isEmpty else { throw Self.error(code, "has an empty \(form.stringValue)") }
        }

        private static func bytes(hex: String, code: UInt8) throws -> [UInt8] {
            let digits = Array(hex.filter { $0 != ":" && $0 != " " })
            let pairs = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
            let bytes = pairs.compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
            guard bytes.count == pairs.count else { throw error(code, "has hex '\(hex)', which is not octets") }
            return bytes
        }

        private static func error(_ code: UInt8, _ message: String) -> CommandError {
            CommandError("dhcp.subnets.options: code \(code) \(message)")
        }
    }
}
