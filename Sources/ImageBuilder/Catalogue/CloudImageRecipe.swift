import UserAPI

/// A distribution's cloud image: where it is, and how its checksum and the signature of that are checked.
package struct CloudImageRecipe: Hashable, Sendable, Decodable {
    /// The image's name: lower-case letters, digits, `.` and `-`.
    package var name: String
    /// Whether a refresh of the whole catalogue takes it.
    package var isInCatalogue: Bool
    /// The image's `http` or `https` URL; one that ends with `/` is completed by the name in the checksum file.
    package var url: String
    /// `raw`, `qcow2`, `vmdk`, `vhd` or `vhdx`: what the image is once unpacked.
    package var format: String
    /// `none`, `gz`, `xz` or `zst`.
    package var compression: String
    package var checksums: Checksums
    package var signature: Signature

    /// The file that names the image's checksum.
    package struct Checksums: Hashable, Sendable, Decodable {
        package var url: String
        package var algorithm: ChecksumAlgorithm
        /// The image's name in it, or a pattern (fnmatch(3)) that one name matches.
        package var file: String

        enum CodingKeys: String, CodingKey, CaseIterable { case url, algorithm, file }
    }

    /// Who signs that file.
    package struct Signature: Hashable, Sendable, Decodable {
        /// Where the signature is; nil: the checksum file itself is a signed text (RFC 9580 section 7).
        package var url: String?
        /// Keyrings of this machine, of which the first that is there is used: binary, or armored as keys of RPMs are.
        package var keyrings: [String]
        /// The primary keys that are trusted, 40 hexadecimal digits each; empty: every key of the keyring.
        package var fingerprints: [String]

        enum CodingKeys: String, CodingKey, CaseIterable { case url, keyrings, fingerprints }
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case name, catalogue, `import` }

    enum ImportKeys: String, CodingKey, CaseIterable { case url, format, compression, checksums, signature }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        isInCatalogue = try container.decodeIfPresent(Bool.self, forKey: .catalogue) ?? true
        guard name.isWord(of: "-.") else { throw container.refusal(.name, Recipe.refusal(ofName: name)) }
        let source = try container.superDecoder(forKey: .import)
        try source.refuseKeys(outside: ImportKeys.allCases)
        let values = try source.container(keyedBy: ImportKeys.self)
        url = try values.webURL(.url)
        format = try values.word(.format, of: ["raw", "qcow2", "vmdk", "vhd", "vhdx"])
        compression =
            values.contains(.compression) ? try values.word(.compression, of: ["none", "gz", "xz", "zst"]) : "none"
        checksums = try Checksums(from: values.superDecoder(forKey: .checksums), image: url)
        signature = try values.decode(Signature.self, forKey: .signature)
    }
}

extension CloudImageRecipe.Checksums {
    /// - Parameter image: the image's URL, whose last part is its name unless another is given.
    fileprivate init(from decoder: any Decoder, image: String) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        url = try container.webURL(.url)
        algorithm = try container.decodeIfPresent(ChecksumAlgorithm.self, forKey: .algorithm) ?? .sha256
        let last = image.split(separator: "/", omittingEmptySubsequences: false).last.map { String($0) } ?? ""
        file = try container.decodeIfPresent(String.self, forKey: .file) ?? last
        guard !file.isEmpty, !file.contains("/"), !file.contains(where: \.isNewline) else {
            throw container.refusal(.file, "'\(file)' is no file's name: the URL ends with '/', so one is needed")
        }
    }
}

extension CloudImageRecipe.Signature {
    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        url = container.contains(.url) ? try container.webURL(.url) : nil
        keyrings = try container.decode([String].self, forKey: .keyrings)
        fingerprints = try container.decodeIfPresent([String].self, forKey: .fingerprints) ?? []
        fingerprints = fingerprints.map { $0.filter { $0 != " " }.uppercased() }
        guard !keyrings.isEmpty, keyrings.allSatisfy(\.isPlainAbsolutePath) else {
            throw container.refusal(.keyrings, "expected absolute paths, one at least")
        }
        for fingerprint in fingerprints where fingerprint.count != 40 || !fingerprint.allSatisfy(\.isHexDigit) {
            throw container.refusal(.fingerprints, "'\(fingerprint)' is no fingerprint: 40 hexadecimal digits")
        }
    }
}

extension KeyedDecodingContainer {
    fileprivate func refusal(_ key: Key, _ message: String) -> DecodingError {
        DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: message)
    }

    fileprivate func webURL(_ key: Key) throws -> String {
        let text = try decode(String.self, forKey: key)
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains(where: \.isWhitespace) else {
            throw refusal(key, "'\(text)' is neither an http nor an https URL")
        }
        return text
    }

    fileprivate func word(_ key: Key, of known: [String]) throws -> String {
        let word = try decode(String.self, forKey: key)
        guard known.contains(word) else {
            throw refusal(key, "'\(word)' is none of: \(known.joined(separator: ", "))")
        }
        return word
    }
}
