import Synchronization
import AgentProtocol
import HTTPServices
import NetworkTypes
import Testing

/// What no honest client sends, octet by octet, to the boot listener as the server runs it.
@Suite(.timeLimit(.minutes(1)))
struct HTTPFaultTests {
    private static let small = "/boot/files/small"
    private static let script = "/boot/ipxe/\(Installation.mac.hyphenated)"
    /// A second request that hides in the body of the first.
    private static let hidden = "GET \(small) HTTP/1.1\r\nHost: ingot\r\nConnection: close\r\n\r\n"

    private let faults: FaultListener

    init() throws { faults = try FaultListener() }

    private static func contains(_ text: some Sequence<UInt8>, in bytes: [UInt8]) -> Bool {
        let wanted = Array(text)
        return bytes.indices.dropLast(wanted.count - 1).contains { bytes[$0...].starts(with: wanted) }
    }

    // MARK: T13

    @Test("T13: over HTTP no name leads out of the root or to what is no regular file, and nothing stays open")
    func noNameLeadsOutOfTheRoot() async throws {
        let names =
            FaultListener.traps + [
                "../outside", "..\\outside", "%2e%2e/outside", "%2e%2e%2foutside", "..%5coutside", "./small",
                "/etc/passwd", "%2fetc%2fpasswd", "SMALL", "Small", "unlisted", "small%00", "small%00/../../outside",
                "%73mall", "", ".", "..", String(repeating: "a", count: 65536),
                String(repeating: "../", count: 20_000) + "etc/passwd",
            ]
        try await faults.serve { (port) async throws in
            for name in names {
                let answer = try #require(
                    try await FaultListener.get("/boot/files/\(name)", port: port), "\(name.prefix(50))")
                #expect([400, 404].contains(answer.status) && answer.isExact, "\(name.prefix(50))")
                #expect(!Self.contains("secret".utf8, in: answer.rest), "\(name.prefix(50))")
            }
            let withNUL = try await FaultListener.get("\(Self.small)\u{0}/../outside", port: port)
            #expect(withNUL.map { [400, 404].contains($0.status) } ?? true)
            let answer = try #require(try await FaultListener.get(Self.small, port: port))
            #expect(answer.status == 200 && answer.rest == FaultListener.small)
            let areClosed = try await FaultListener.waitUntil { () async throws in try faults.openFiles() == 0 }
            #expect(areClosed)
        }
    }

    // MARK: T18

    @Test(
        "T18: a request whose length can be read in two ways is refused, and what hides in it is not answered",
        arguments: [
            "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
            "Content-Length: 6\r\nContent-Length: 5\r\n", "Content-Length: 5, 6\r\n", "Content-Length: -1\r\n",
            "Content-Length: +6\r\n", "Content-Length: 0x6\r\n", "Content-Length: 99999999999999999999999\r\n",
            "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n", "Content-Length : 6\r\n",
            "Transfer-Encoding : chunked\r\n",
        ])
    func anAmbiguousLengthIsRefused(headers: String) async throws {
        try await faults.serve { (port) async throws in
            let request = "POST /none HTTP/1.1\r\nHost: ingot\r\n\(headers)\r\n0\r\n\r\n"
            let bytes = try await FaultListener.exchange(request + Self.hidden, port: port, finishes: true)
            #expect(!Self.contains(FaultListener.small, in: bytes))
            let answer = try #require(RawAnswer(bytes))
            #expect((400...499).contains(answer.status))
        }
    }

    @Test("T18: a chunk that is none is the client's fault, also where the body is being read")
    func aMalformedChunkIsRefused() async throws {
        try await faults.serve { (port) async throws in
            let head =
                "POST \(AgentRoute.greet) HTTP/1.1\r\nHost: ingot\r\nAuthorization: Bearer wrong\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
            let bytes = try await FaultListener.exchange(head + "5\r\n{\"a\":\r\nZZ\r\n" + Self.hidden, port: port)
            let answer = try #require(RawAnswer(bytes))
            #expect(answer.status == 400 && !Self.contains(FaultListener.small, in: bytes))
        }
    }

    /// The server may close the connection before the whole request has been sent, and its answer is lost then.
    @Test("T18: heads without end are cut off")
    func headsWithoutEndAreCutOff() async throws {
        let long = String(repeating: "a", count: 1 << 20)
        let many = (0..<20_000).map { "X-\($0): 1\r\n" }.joined()
        try await faults.serve { (port) async throws in
            for head in [
                "GET \(Self.small) HTTP/1.1\r\nX: \(long)\r\n", "GET \(Self.small) HTTP/1.1\r\n\(long): x\r\n",
                "GET \(Self.small) HTTP/1.1\r\n\(many)", "GET \(Self.small)?\(long) HTTP/1.1\r\n",
                "\(long) \(Self.small) HTTP/1.1\r\n",
            ] {
                let request = head + "Host: ingot\r\nConnection: close\r\n\r\n"
                let bytes = try await FaultListener.exchange(request, port: port)
                #expect(!Self.contains(FaultListener.small, in: bytes))
                if let answer = RawAnswer(bytes) { #expect((400...499).contains(answer.status)) }
            }
            #expect(try await FaultListener.get(Self.small, port: port)?.rest == FaultListener.small)
        }
    }

    @Test("T18: ranges come with exact lengths, and many of them are the whole file")
    func rangesHaveExactLengths() async throws {
        let content = FaultListener.small
        let many = (0..<1000).map { "\($0)-\($0)" }.joined(separator: ",")
        let ranges: [(header: String, status: Int, body: [UInt8])] = [
            ("0-", 206, content), ("-1", 206, Array(content.suffix(1))), ("0-0", 206, Array(content.prefix(1))),
            ("999-", 206, Array(content.suffix(1))), ("-99999", 206, content), ("5-2", 200, content),
            ("0-99999999999999999999", 200, content), ("0-\(Int.max)", 206, content), (many, 200, content),
            ("0-1,0-1,0-1", 200, content), ("--1", 200, content), ("", 200, content),
        ]
        try await faults.serve { (port) async throws in
            for (header, status, body) in ranges {
                let answer = try #require(
                    try await FaultListener.get(Self.small, port: port, headers: "Range: bytes=\(header)\r\n"))
                #expect(answer.status == status && answer.isExact && answer.rest == body, "\(header.prefix(50))")
            }
            for header in ["1000-", "1000-1001", "-0", "\(Int.max)-"] {
                let answer = try #require(
                    try await FaultListener.get(Self.small, port: port, headers: "Range: bytes=\(header)\r\n"))
                #expect(answer.status == 416 && answer.isExact, "\(header)")
                #expect(answer.headers["content-range"] == "bytes */1000", "\(header)")
            }
        }
    }

    @Test("T18: HEAD tells the length and sends no octet of the body, whatever range it asks for")
    func headHasNoBody() async throws {
        try await faults.serve { (port) async throws in
            for range in ["", "Range: bytes=0-0\r\n", "Range: bytes=5000-\r\n"] {
                let request = "HEAD \(Self.small) HTTP/1.1\r\nHost: ingot\r\n\(range)Connection: close\r\n\r\n"
                let answer = try #require(try await RawAnswer(FaultListener.exchange(request, port: port)))
                #expect(answer.status == 200 && answer.length == 1000 && answer.rest.isEmpty)
            }
        }
    }

    /// A client that says no more than this, and closes its side, gets the file with its exact length or a refusal.
    @Test(
        "T18: old, future and broken versions of HTTP get a right answer or none",
        arguments: [
            "GET \(small)\r\n\r\n", "GET \(small) HTTP/0.9\r\n\r\n", "GET \(small) HTTP/1.0\r\n\r\n",
            "GET \(small) HTTP/2.0\r\n\r\n", "GET \(small) HTTP/9.9\r\n\r\n", "GET \(small) HTTP/1.1\n\n",
            "GET \(small) FTP/1.1\r\n\r\n", "GET  \(small) HTTP/1.1\r\n\r\n", "get \(small) HTTP/1.1\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}\r\n\r\n", "\u{16}\u{3}\u{1}",
        ])
    func otherVersionsGetARightAnswerOrNone(request: String) async throws {
        try await faults.serve { (port) async throws in
            let bytes = try await FaultListener.exchange(request, port: port, finishes: true)
            if let answer = RawAnswer(bytes) {
                let length = try #require(answer.length)
                let isRight = answer.status == 200 && answer.isExact && answer.rest == FaultListener.small
                // What follows a refusal is the refusal of what follows the request.
                let isRefusal = (400...505).contains(answer.status) && answer.rest.count >= length
                #expect(isRight || isRefusal)
            } else {
                #expect(!Self.contains(FaultListener.small, in: bytes))
            }
        }
    }

    @Test("T18: what a request says of hosts and proxies is ignored")
    func forwardedHeadersAreIgnored() async throws {
        let headers =
            "X-Forwarded-For: 10.9.9.9\r\nX-Real-IP: 10.9.9.9\r\nForwarded: for=10.9.9.9;host=evil.example\r\n"
            + "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"
        try await faults.serve { (port) async throws in
            let own = Array("#!ipxe at http://127.0.0.1:\(port)\n".utf8)
            for target in [Self.script, "http://evil.example\(Self.script)"] {
                for host in ["evil.example:1", "10.9.9.9", "", "a b", "${net0/ip}", "\"\u{1}"] {
                    let request = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(headers)Connection: close\r\n\r\n"
                    let bytes = try await FaultListener.exchange(request, port: port)
                    let answer = try #require(RawAnswer(bytes), "\(host)")
                    let isRight = answer.status == 200 && answer.rest == own && answer.isExact
                    #expect(isRight || (400...499).contains(answer.status), "\(host)")
                    #expect(!Self.contains("evil.example".utf8, in: bytes))
                }
            }
            let plain = try #require(try await FaultListener.get(Self.script, port: port, headers: headers))
            #expect(plain.status == 200 && plain.rest == own)
            #expect(try await FaultListener.get(Self.small, port: port, headers: headers)?.status == 200)
            #expect(faults.clients.seen.withLock { $0 } == [IPv4Address(127, 0, 0, 1)])
        }
    }
}
