import AgentProtocol
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import ImageFormat
import NetworkTypes

@testable import HTTPServices

/// What the boot listener reads of requests: the first octet chooses the part, the others are its text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let part = bytes.first else { return 0 }
    let body = Array(bytes.dropFirst())
    switch part {
    case UInt8(ascii: "p"): fuzzPath(String(decoding: body, as: UTF8.self))
    case UInt8(ascii: "r"): fuzzRange(String(decoding: body, as: UTF8.self))
    case UInt8(ascii: "g"): fuzzJSON(Greeting.self, body)
    case UInt8(ascii: "e"): fuzzJSON(EventBatch.self, body)
    case UInt8(ascii: "d"): fuzzJSON(DeploymentResult.self, body)
    case UInt8(ascii: "c"): fuzzJSON(CallHome.self, body)
    default: break
    }
    return 0
}

private func fuzzPath(_ text: String) {
    let uri = URI(text)
    _ = uri.queryParameters.count
    for part in uri.path.split(separator: "/") {
        if let mac = MACAddress(part) {
            precondition(MACAddress(mac.hyphenated) == mac, "a MAC address is not read as it was written")
        }
        if let digest = ChunkDigest(part) { precondition(digest.description == part, "another digest") }
    }
}

private func fuzzRange(_ text: String) {
    let size = 1000
    guard let range = try? ByteRange.requested(by: [.range: text], size: size) else { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= size && !range.isEmpty, "a range outside the file")
}

/// What was read is written and read as the same.
private func fuzzJSON<Document: Codable & Equatable>(_ type: Document.Type, _ bytes: [UInt8]) {
    do {
        let document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        let again = try JSONDecoder().decode(Document.self, from: JSONEncoder().encode(document))
        precondition(again == document, "a document is not read as it was written")
    } catch {
        _ = "\(error)"
    }
}
