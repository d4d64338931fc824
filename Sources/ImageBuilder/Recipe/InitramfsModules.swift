/// The drivers of the image's initramfs.
package enum InitramfsModules: Hashable, Sendable, Decodable {
    /// Those of nearly all storage and network hardware.
    case most
    /// These, with what they depend on.
    case listed([String])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let names = try? container.decode([String].self) {
            let isModule = { (name: String) in name.lowercased().isWord(of: "_-") }
            guard !names.isEmpty, names.allSatisfy(isModule) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "expected the names of kernel modules")
            }
            self = .listed(names)
        } else if try container.decode(String.self) == "most" {
            self = .most
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected 'most' or a list of kernel modules")
        }
    }
}
