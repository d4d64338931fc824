import BootableDisk
import Glibc

/// A list of files with their digests, as sha256sum(1) writes it (`DIGEST  NAME`, `DIGEST *NAME`), or as BSD and Fedora do
/// (`SHA256 (NAME) = DIGEST`). Lines of other forms, and digests of other lengths, are passed over.
package struct ChecksumFile: Hashable, Sendable {
    /// One line.
    package struct Entry: Hashable, Sendable {
        package let name: String
        /// Lower-case hexadecimal.
        package let digest: String
    }

    package let entries: [Entry]
    private let algorithm: ChecksumAlgorithm

    package init(_ text: String, algorithm: ChecksumAlgorithm) {
        self.algorithm = algorithm
        entries = text.split(whereSeparator: \.isNewline).compactMap { line in
            Self.bsd(line, algorithm) ?? Self.coreutils(line, algorithm)
        }
    }

    /// The one file that a name or pattern (fnmatch(3)) means. Throws `BuildError` where that is none, or several.
    package func entry(_ pattern: String) throws -> Entry {
        let found = Set(entries.filter { fnmatch(pattern, $0.name, FNM_PATHNAME | FNM_PERIOD) == 0 })
        guard let first = found.first else {
            throw BuildError("the checksum file names no '\(pattern)' with a digest of \(algorithm.rawValue)")
        }
        guard found.count == 1 else {
            let names = Set(found.map(\.name)).sorted().joined(separator: ", ")
            throw BuildError("the checksum file gives several digests for '\(pattern)': \(names)")
        }
        return first
    }

    private static func bsd(_ line: Substring, _ algorithm: ChecksumAlgorithm) -> Entry? {
        let mark = "\(algorithm.rawValue.uppercased()) ("
        guard line.hasPrefix(mark) else { return nil }
        let rest = line.dropFirst(mark.count)
        let parts = rest.split(separator: ") = ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return entry(name: parts[0], digest: parts[1], algorithm)
    }

    private static func coreutils(_ line: Substring, _ algorithm: ChecksumAlgorithm) -> Entry? {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let mark = parts[1].first, mark == " " || mark == "*" else { return nil }
        return entry(name: parts[1].dropFirst(), digest: parts[0], algorithm)
    }

    private static func entry(name: Substring, digest: Substring, _ algorithm: ChecksumAlgorithm) -> Entry? {
        let digest = digest.filter { !$0.isWhitespace }.lowercased()
        guard digest.count == algorithm.digits, digest.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        let name = name.hasPrefix("./") ? name.dropFirst(2) : name
        return Entry(name: String(name), digest: digest)
    }
}
