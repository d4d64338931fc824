import Foundation
import Yams

/// Reads YAML files that people write.
enum YAMLFile {
    /// The value in the file at `path`; every error names the file and the key.
    static func decode<T: Decodable>(_ type: T.Type, at path: String) throws -> T {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError("cannot read the configuration \(path)")
        }
        do {
            return try YAMLDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw CommandError("\(path): \(error.explanation)")
        } catch {
            throw CommandError("\(path): \(error)")
        }
    }
}

extension DecodingError {
    /// The key and what is wrong with it.
    var explanation: String {
        func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch self {
        case .keyNotFound(let key, let context): return "\(path(context, key)): is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let cause = context.underlyingError.map { " (\($0))" } ?? ""
            // What our own checks throw comes back wrapped.
            if let refusal = context.underlyingError as? CommandError { return "\(refusal)" }
            return "\(path(context)): \(context.debugDescription)\(cause)"
        @unknown default: return "\(self)"
        }
    }
}
