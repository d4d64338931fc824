import BootableDisk
import Foundation

/// Gets small files from the servers of distributions.
package protocol UpstreamFetching: Sendable {
    /// The whole file at `url`. Throws `BuildError` where there is none, or more than `limit` bytes.
    func fetch(_ url: String, limit: Int) async throws -> [UInt8]
}

/// What a distribution's server offers at the moment, by a checksum file with a trusted signature.
package struct UpstreamImage: Hashable, Sendable {
    /// Where the image is.
    package let url: String
    package let algorithm: ChecksumAlgorithm
    /// Lower-case hexadecimal.
    package let digest: String

    /// The same for the same image: `sha256:…`.
    package var fingerprint: String { "\(algorithm.rawValue):\(digest)" }
}

extension CloudImageRecipe {
    /// Bytes of a checksum file or a signature.
    private static let fileLimit = 4 << 20

    /// Asks the distribution's server for what it offers. Throws `BuildError` where that cannot be trusted.
    package func upstream(
        from server: any UpstreamFetching, signatures: SignatureCheck = SignatureCheck()
    ) async throws -> UpstreamImage {
        let keyring = try readKeyring()
        let text = try await server.fetch(checksums.url, limit: Self.fileLimit)
        var detached: [UInt8]?
        if let url = signature.url { detached = try await server.fetch(url, limit: Self.fileLimit) }
        let entry: ChecksumFile.Entry
        do {
            let signed = try await signatures.signed(
                text, signature: detached, keyring: keyring, fingerprints: signature.fingerprints)
            let list = ChecksumFile(String(decoding: signed, as: UTF8.self), algorithm: checksums.algorithm)
            entry = try list.entry(checksums.file)
        } catch let error as BuildError {
            throw BuildError("\(checksums.url): \(error)")
        }
        let image = url.hasSuffix("/") ? url + entry.name : url
        return UpstreamImage(url: image, algorithm: checksums.algorithm, digest: entry.digest)
    }

    private func readKeyring() throws -> Data {
        for path in signature.keyrings {
            if let data = FileManager.default.contents(atPath: path) { return data }
        }
        let paths = signature.keyrings.joined(separator: " or ")
        throw BuildError("there is no keyring \(paths): the recipe's comment tells where it is had")
    }
}
