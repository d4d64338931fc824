import BootableDisk
import UserAPI

/// How the image's boot loader starts the kernel.
package struct RecipeBoot: Hashable, Sendable, Decodable {
    /// The kernel's command line behind `root=UUID=…`.
    package var arguments: [String]
    /// How long GRUB shows its menu, in seconds; 0 starts at once.
    package var timeout: Int

    enum CodingKeys: String, CodingKey, CaseIterable { case arguments, timeout }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        arguments = try container.decodeIfPresent([String].self, forKey: .arguments) ?? []
        timeout = try container.decodeIfPresent(Int.self, forKey: .timeout) ?? 3
        guard (0...600).contains(timeout) else {
            throw DecodingError.dataCorruptedError(
                forKey: .timeout, in: container, debugDescription: "\(timeout) is out of range, expected 0 to 600 s")
        }
        for argument in arguments where !GrubConfiguration.isKernelArgument(argument) {
            throw DecodingError.dataCorruptedError(
                forKey: .arguments, in: container,
                debugDescription: "'\(argument)' is no kernel argument: GRUB would not pass it on as it stands")
        }
    }

    package init(arguments: [String], timeout: Int) {
        self.arguments = arguments
        self.timeout = timeout
    }
}
