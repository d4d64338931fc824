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
        for argument in arguments where !argument.isKernelArgument {
            throw DecodingError.dataCorruptedError(
                forKey: .arguments, in: container,
                debugDescription: "'\(argument)' is no kernel argument: GRUB would not pass it on as it stands")
        }
    }

    package init(arguments: [String], timeout: Int) {
        self.arguments = arguments
        self.timeout = timeout
    }

    /// The first serial console that the command line names: its number and speed in baud.
    package var serialConsole: (unit: Int, speed: Int)? {
        for argument in arguments where argument.hasPrefix("console=ttyS") {
            let parts = argument.dropFirst("console=ttyS".count).split(separator: ",", maxSplits: 1)
            guard let unit = parts.first.flatMap({ Int($0) }) else { continue }
            let speed = parts.count > 1 ? Int(parts[1].prefix { $0.isNumber }) : nil
            return (unit, speed ?? 9600)
        }
        return nil
    }
}

extension String {
    /// Whether GRUB passes the text on as one word.
    fileprivate var isKernelArgument: Bool {
        !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "=,.:_-+/@%[]".contains($0)) }
    }
}
