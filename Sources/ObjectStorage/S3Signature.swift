import Crypto
import Foundation

/// What proves to an S3 service who asks.
package struct S3Credentials: Hashable, Sendable {
    package var accessKey: String
    package var secretKey: String

    package init(accessKey: String, secretKey: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
    }
}

/// Signature version 4 of AWS, as S3 services of all makers check it: over the method, the path, the query, some header
/// fields and the digest of the body.
package struct S3Signature: Sendable {
    private let credentials: S3Credentials
    private let region: String

    /// - Parameter region: such as `us-east-1`.
    package init(credentials: S3Credentials, region: String) {
        self.credentials = credentials
        self.region = region
    }

    /// The digest of no bytes.
    package static let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// The header fields that sign a request, `Authorization` among them.
    /// - Parameters:
    ///   - path: as it stands in the request: each segment percent-encoded once.
    ///   - query: names and values, not encoded.
    ///   - headers: fields to sign beside the signature's own, `Host` among them; names in lower case.
    ///   - bodyDigest: SHA-256 of the body, in hexadecimal digits.
    ///   - now: seconds since 1970.
    package func headers(
        method: String, path: String, query: [(String, String)], headers: [String: String], bodyDigest: String,
        now: Int64
    ) -> [String: String] {
        let stamp = Self.stamp(now)
        let date = String(stamp.prefix(8))
        var signed = headers
        signed["x-amz-date"] = stamp
        signed["x-amz-content-sha256"] = bodyDigest
        let names = signed.keys.sorted().joined(separator: ";")
        let canonical = [
            method, path, Self.canonicalQuery(query),
            signed.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)\n" }.joined(), names, bodyDigest,
        ].joined(separator: "\n")
        let scope = "\(date)/\(region)/s3/aws4_request"
        let text = ["AWS4-HMAC-SHA256", stamp, scope, Self.hex(SHA256.hash(data: Data(canonical.utf8)))]
            .joined(separator: "\n")
        let signature = Self.hex(Self.mac(text, key: key(date: date)))
        signed["authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature)"
        return signed
    }

    private func key(date: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(credentials.secretKey)".utf8))
        for part in [date, region, "s3", "aws4_request"] { key = SymmetricKey(data: Data(Self.mac(part, key: key))) }
        return key
    }

    private static func mac(_ text: String, key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func canonicalQuery(_ query: [(String, String)]) -> String {
        query.map { (encode($0.0), encode($0.1)) }.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Percent-encodes all but unreserved characters (RFC 3986 section 2.3), and `/` where it is to stay.
    package static func encode(_ text: String, keepingSlash: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = String.UnicodeScalarView()
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
                result.append(Unicode.Scalar(byte))
            case 0x2F where keepingSlash: result.append("/")
            default: result.append(contentsOf: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(result)
    }

    /// `20130524T000000Z`.
    static func stamp(_ now: Int64) -> String {
        Date(timeIntervalSince1970: Double(now)).formatted(
            Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
    }
}
