import HTTPTypes
import Hummingbird

/// The `Range` header of one request (RFC 9110 section 14.2).
enum ByteRange {
    /// The range that is asked for, clamped to the file; nil where the whole file is to be sent: no header, another
    /// unit, several ranges (which a server may ignore) or a malformed one.
    static func requested(by headers: HTTPFields, size: Int) throws -> Range<Int>? {
        guard let header = headers[.range], header.hasPrefix("bytes="), !header.contains(",") else { return nil }
        let bounds = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return nil }
        let first = bounds[0].isEmpty ? nil : Int(bounds[0])
        let last = bounds[1].isEmpty ? nil : Int(bounds[1])
        if !bounds[0].isEmpty && first == nil || !bounds[1].isEmpty && last == nil { return nil }
        switch (first, last) {
        case (let first?, let last):
            guard first >= 0, last.map({ $0 >= first }) ?? true else { return nil }
            guard first < size else { throw unsatisfiable(size) }
            return first..<min(last.map { $0 < .max ? $0 + 1 : $0 } ?? size, size)
        case (nil, let suffix?):
            guard suffix > 0, size > 0 else { throw unsatisfiable(size) }
            return max(0, size - suffix)..<size
        case (nil, nil):
            return nil
        }
    }

    private static func unsatisfiable(_ size: Int) -> HTTPError {
        HTTPError(.rangeNotSatisfiable, headers: [.contentRange: "bytes */\(size)"])
    }
}
