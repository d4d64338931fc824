package import AgentProtocol
import ModuleAliases

/// Hosts of one hardware kind, as their boards name it.
package struct HostModel: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let vendor: String
    package let product: String

    package init(vendor: String?, product: String?) {
        self.vendor = vendor ?? "unknown"
        self.product = product ?? "unknown"
    }

    package init(of inventory: Inventory) { self.init(vendor: inventory.vendor, product: inventory.product) }

    /// `VENDOR/PRODUCT`.
    package var description: String { "\(vendor)/\(product)" }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// Whether `pattern` means this model: `VENDOR/PRODUCT`, in either case, with `*` for any characters.
    package func fits(_ pattern: String) -> Bool {
        GlobPattern(Self.escaped(pattern.lowercased())).matches(description.lowercased())
    }

    /// What is wrong with a pattern; nil where nothing is.
    package static func fault(of pattern: String) -> String? {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = pattern.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }), isPlain, pattern.utf8.count <= 128 else {
            return "'\(pattern)' names no model: VENDOR/PRODUCT as `ingot model list` prints it, with * for any text"
        }
        return nil
    }

    /// Only `*` means something: models have question marks and brackets in their names.
    private static func escaped(_ pattern: String) -> String {
        pattern.reduce(into: "") { $0 += $1 == "?" ? "[?]" : $1 == "[" ? "[[]" : String($1) }
    }
}
