import Foundation
import FoundationXML

/// The elements of a small XML document that S3 services answer with: names and texts of leaves, in their order.
struct S3Document: Sendable {
    struct Leaf: Hashable, Sendable {
        /// `ListPartsResult/Part/ETag`.
        let path: String
        let text: String
    }

    let leaves: [Leaf]

    /// Larger documents are refused, in bytes.
    static let sizeBound = 16 << 20

    /// nil for what is no XML.
    init?(_ bytes: Data) {
        let reader = Reader()
        let parser = XMLParser(data: bytes)
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse() else { return nil }
        leaves = reader.leaves
    }

    /// The text of the first leaf whose path ends with `name`.
    func first(_ name: String) -> String? { leaves.first { $0.path.hasSuffix("/" + name) }?.text }

    /// The leaves of each element of this name, by their names.
    func all(_ element: String) -> [[String: String]] {
        var found: [[String: String]] = []
        var names: Set<String> = []
        for leaf in leaves {
            let parts = leaf.path.split(separator: "/")
            guard parts.count == 3, parts[1] == element else { continue }
            let name = String(parts[2])
            // A leaf that comes again begins the next element.
            if names.isEmpty || names.contains(name) {
                found.append([:])
                names = []
            }
            names.insert(name)
            found[found.count - 1][name] = leaf.text
        }
        return found
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var leaves: [Leaf] = []
        private var path: [String] = []
        private var text = ""
        private var isLeaf = false

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            path.append(name)
            text = ""
            isLeaf = true
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            if isLeaf { leaves.append(Leaf(path: path.joined(separator: "/"), text: text)) }
            isLeaf = false
            path.removeLast()
        }
    }
}
