/// The processor that a boot file runs on. An open set.
public struct ProcessorArchitecture: RawRepresentable, Hashable, Sendable, Codable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let x86 = ProcessorArchitecture(rawValue: "x86")
    public static let x64 = ProcessorArchitecture(rawValue: "x86-64")
    public static let arm32 = ProcessorArchitecture(rawValue: "arm")
    public static let arm64 = ProcessorArchitecture(rawValue: "arm64")
}

extension ProcessorArchitecture: CustomStringConvertible {
    public var description: String { rawValue }
}
