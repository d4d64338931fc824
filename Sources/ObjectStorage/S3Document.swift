package import Foundation
import FoundationXML

/// The small XML document that an S3 service answers with. Of its elements only those are kept that `S3Client` reads:
/// whoever answers may be hostile.
package struct S3Document: Sendable {
    /// The text of the first element of each name.
    private let texts: [String: String]
    /// The texts in each entry of a list, by their names; all of it by the entries' name.
    private let entries: [String: [[String: String]]]

    /// Larger documents are refused, in bytes.
    static let sizeBound = 16 << 20

    /// nil for what is no XML, or not of the kind that S3 services answer with.
    package init?(_ bytes: Data) {
        let reader = Reader()
        let parser = XMLParser(data: bytes)
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse(), reader.isWhole else { return nil }
        texts = reader.texts
        entries = reader.entries
    }

    /// The text of the first element of this name below the root.
    package func first(_ name: String) -> String? { texts[name] }

    /// The texts in each entry of this name, by their names.
    package func all(_ entry: String) -> [[String: String]] { entries[entry] ?? [] }

    private final class Reader: NSObject, XMLParserDelegate {
        private static let textNames: Set = [
            "Code", "IsTruncated", "Message", "NextContinuationToken", "NextPartNumberMarker", "UploadId",
        ]
        private static let entryNames: Set = ["Contents", "Part"]
        private static let fieldNames: Set = ["ETag", "Key", "PartNumber", "Size"]
        /// Elements below each other, and in all; bytes of a name and of all texts.
        private static let depthBound = 8
        private static let elementBound = 100_000
        private static let nameBound = 128
        private static let textBound = S3Document.sizeBound

        var texts: [String: String] = [:]
        var entries: [String: [[String: String]]] = [:]
        /// Whether every element has ended, and none was refused: of elements that are not, the parser says nothing.
        var isWhole: Bool { !isRefused && path.isEmpty }
        private var isRefused = false
        private var path: [String] = []
        private var text = ""
        private var isLeaf = false
        private var elementCount = 0
        private var textSize = 0

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elementCount += 1
            guard !isRefused, path.count < Self.depthBound, name.utf8.count <= Self.nameBound,
                elementCount <= Self.elementBound
            else { return refuse(parser) }
            path.append(name)
            text = ""
            isLeaf = true
            if path.count == 2, Self.entryNames.contains(name) { entries[name, default: []].append([:]) }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            textSize += string.utf8.count
            guard !isRefused, textSize <= Self.textBound else { return refuse(parser) }
            text += string
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            guard !isRefused else { return }
            if isLeaf { keep(name) }
            isLeaf = false
            path.removeLast()
        }

        /// Keeps the text of the element that ends, if anybody reads it.
        private func keep(_ name: String) {
            if path.count > 1, Self.textNames.contains(name), texts[name] == nil { texts[name] = text }
            guard path.count == 3, Self.fieldNames.contains(name), let last = entries[path[1]]?.indices.last else {
                return
            }
            entries[path[1]]?[last][name] = text
        }

        private func refuse(_ parser: XMLParser) {
            isRefused = true
            text = ""
            parser.abortParsing()
        }
    }
}
