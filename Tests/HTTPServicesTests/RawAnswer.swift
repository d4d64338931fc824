/// The first answer in what an HTTP server sent, octet by octet.
struct RawAnswer {
    let status: Int
    /// Lower-case name -> value.
    let headers: [String: String]
    /// All that follows the head.
    let rest: [UInt8]

    /// Nil where there is no whole head.
    init?(_ bytes: [UInt8]) {
        let end = Array("\r\n\r\n".utf8)
        let starts = bytes.indices.dropLast(end.count - 1)
        guard let start = starts.first(where: { bytes[$0..<$0 + end.count].elementsEqual(end) }) else { return nil }
        let lines = String(decoding: bytes[..<start], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        self.status = status
        self.headers = headers
        rest = Array(bytes[(start + end.count)...])
    }

    var length: Int? { headers["content-length"].flatMap { Int($0) } }

    /// Whether the body is as long as the head says, and nothing follows it.
    var isExact: Bool { length == rest.count }
}
