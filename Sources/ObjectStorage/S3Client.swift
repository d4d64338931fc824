package import AsyncHTTPClient
import Crypto
import Foundation
package import NIOCore
import NIOHTTP1

/// Where a bucket is.
package struct S3Endpoint: Hashable, Sendable {
    /// `http` or `https`, with host and port and nothing else; buckets stand in the path.
    package var url: String
    /// Such as `us-east-1`.
    package var region: String

    package init(url: String, region: String = "us-east-1") {
        self.url = url
        self.region = region
    }
}

/// One part of a multipart upload that the service has.
package struct S3Part: Hashable, Sendable {
    /// 1, 2, ...
    package var number: Int
    package var tag: String
    /// Bytes.
    package var size: Int

    package init(number: Int, tag: String, size: Int) {
        self.number = number
        self.tag = tag
        self.size = size
    }
}

/// An object in a list.
package struct S3Object: Hashable, Sendable {
    package var key: String
    /// Bytes.
    package var size: Int
}

/// Asks an S3 service for the objects of one bucket. What may succeed later is tried a few times.
package struct S3Client: Sendable {
    private let endpoint: S3Endpoint
    private let bucket: String
    private let signature: S3Signature
    private let http: HTTPClient
    private let clock: @Sendable () -> Int64

    /// How often a request is sent that may succeed later, and how long the first wait is.
    private static let attempts = 4
    private static let firstWait = Duration.milliseconds(250)
    private static let timeout = TimeAmount.seconds(120)
    /// Pages of a list: each has 1000 objects or parts, and an upload 10,000 parts at most.
    private static let objectPages = 100_000
    private static let partPages = 20

    /// - Parameters:
    ///   - http: shut down by its owner.
    ///   - clock: seconds since 1970.
    package init(
        endpoint: S3Endpoint, bucket: String, credentials: S3Credentials, http: HTTPClient,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.endpoint = endpoint
        self.bucket = bucket
        signature = S3Signature(credentials: credentials, region: endpoint.region)
        self.http = http
        self.clock = clock
    }

    /// Makes the bucket; one that is the asker's already is fine.
    package func makeBucket() async throws {
        do {
            _ = try await send("PUT", nil)
        } catch let error as S3Error where error.code == "BucketAlreadyOwnedByYou" {}
    }

    // MARK: Objects

    package func put(_ key: String, _ bytes: ByteBuffer) async throws {
        _ = try await send("PUT", key, body: bytes)
    }

    /// The object's bytes, at most `limit`; nil where there is no such object.
    package func get(_ key: String, limit: Int) async throws -> ByteBuffer? {
        do {
            return try await send("GET", key, limit: limit).body
        } catch let error as S3Error where error.kind == .noSuchKey {
            return nil
        }
    }

    /// Bytes of an object from `range`.
    package func get(_ key: String, range: Range<UInt64>) async throws -> ByteBuffer {
        let answer = try await send(
            "GET", key, headers: ["range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)"],
            limit: range.count + 4096)
        guard answer.body.readableBytes == range.count else {
            throw S3Error(
                kind: .other, code: "", description: "GET \(key): \(answer.body.readableBytes) of \(range.count) bytes")
        }
        return answer.body
    }

    /// The object's size in bytes; nil where there is no such object.
    package func size(of key: String) async throws -> UInt64? {
        do {
            let answer = try await send("HEAD", key)
            return answer.headers.first(name: "content-length").flatMap { UInt64($0) }
        } catch let error as S3Error where error.kind == .noSuchKey {
            return nil
        } catch let error as S3Error where error.kind == .denied {
            // The answer to HEAD has no document that says why.
            _ = try await send("GET", key, headers: ["range": "bytes=0-0"])
            throw error
        }
    }

    /// Removes an object; one that does not exist is fine.
    package func remove(_ key: String) async throws {
        do {
            _ = try await send("DELETE", key)
        } catch let error as S3Error where error.kind == .noSuchKey {}
    }

    /// Calls `body` with each object whose key begins with `prefix`, page by page.
    package func forEachObject(prefix: String, _ body: (S3Object) async throws -> Void) async throws {
        try await forEachPage(
            of: nil, [("list-type", "2"), ("prefix", prefix)], next: ("continuation-token", "NextContinuationToken"),
            limit: Self.objectPages
        ) { page in
            for entry in page.all("Contents") {
                guard let key = entry["Key"], let size = entry["Size"].flatMap({ Int($0) }) else { continue }
                try await body(S3Object(key: key, size: size))
            }
        }
    }

    /// Calls `body` with each page of a list; throws where there is no end of them.
    /// - Parameter next: the query item that asks for the page behind another, and the element there that it repeats.
    private func forEachPage(
        of key: String?, _ query: [(String, String)], next: (item: String, element: String), limit: Int,
        _ body: (S3Document) async throws -> Void
    ) async throws {
        var mark: String?
        for _ in 0..<limit {
            let page = try await sendForDocument("GET", key, query: query + (mark.map { [(next.item, $0)] } ?? []))
            try await body(page)
            guard page.first("IsTruncated") == "true", let following = page.first(next.element) else { return }
            guard following != mark else { break }
            mark = following
        }
        throw S3Error(
            kind: .other, code: "",
            description: "GET \(bucket)/\(key ?? ""): the object storage's list has no end: it repeats a page, or has "
                + "more than \(limit)")
    }

    // MARK: Multipart uploads

    /// Begins an upload in parts; returns its id.
    package func beginUpload(_ key: String) async throws -> String {
        let document = try await sendForDocument("POST", key, query: [("uploads", "")])
        guard let id = document.first("UploadId"), !id.isEmpty else { throw unexpected("POST", key) }
        return id
    }

    /// Sends one part; all but the last have at least 5 MiB.
    package func sendPart(_ number: Int, of key: String, upload: String, _ bytes: ByteBuffer) async throws -> S3Part {
        let answer = try await send(
            "PUT", key, query: [("partNumber", "\(number)"), ("uploadId", upload)], body: bytes)
        guard let tag = answer.headers.first(name: "etag") else { throw unexpected("PUT", key) }
        return S3Part(number: number, tag: tag, size: bytes.readableBytes)
    }

    /// The parts that the service has of an upload.
    package func parts(of key: String, upload: String) async throws -> [S3Part] {
        var parts: [S3Part] = []
        try await forEachPage(
            of: key, [("uploadId", upload)], next: ("part-number-marker", "NextPartNumberMarker"), limit: Self.partPages
        ) { page in
            for entry in page.all("Part") {
                guard let number = entry["PartNumber"].flatMap({ Int($0) }), let tag = entry["ETag"],
                    let size = entry["Size"].flatMap({ Int($0) })
                else { continue }
                parts.append(S3Part(number: number, tag: tag, size: size))
            }
        }
        return parts
    }

    /// Makes the object of its parts.
    package func completeUpload(_ key: String, upload: String, parts: [S3Part]) async throws {
        let list = parts.sorted { $0.number < $1.number }.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(Self.escaped($0.tag))</ETag></Part>"
        }
        let body = "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>"
        let document = try await sendForDocument(
            "POST", key, query: [("uploadId", upload)], body: ByteBuffer(string: body))
        // A service may begin its answer before it knows how it ends.
        if let code = document.first("Code") {
            throw S3Error(
                status: 200, code: code, message: document.first("Message") ?? "", what: "complete \(bucket)/\(key)")
        }
    }

    /// Gives an upload up; one that is not there is fine.
    package func abortUpload(_ key: String, upload: String) async throws {
        do {
            _ = try await send("DELETE", key, query: [("uploadId", upload)])
        } catch let error as S3Error where error.kind == .noSuchUpload || error.kind == .noSuchKey {}
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    // MARK: Requests

    private struct Answer {
        let headers: HTTPHeaders
        let body: ByteBuffer
    }

    private func sendForDocument(
        _ method: String, _ key: String?, query: [(String, String)], body: ByteBuffer = ByteBuffer()
    ) async throws -> S3Document {
        let answer = try await send(method, key, query: query, body: body, limit: S3Document.sizeBound)
        guard let document = S3Document(Data(answer.body.readableBytesView)) else { throw unexpected(method, key) }
        return document
    }

    private func unexpected(_ method: String, _ key: String?) -> S3Error {
        S3Error(
            kind: .other, code: "",
            description: "\(method) \(bucket)/\(key ?? ""): the object storage's answer is not what S3 answers")
    }

    /// - Parameters:
    ///   - key: nil for the bucket itself.
    ///   - limit: the largest answer, in bytes.
    private func send(
        _ method: String, _ key: String?, query: [(String, String)] = [], headers: [String: String] = [:],
        body: ByteBuffer = ByteBuffer(), limit: Int = 1 << 20
    ) async throws -> Answer {
        let digest = body.withUnsafeReadableBytes { S3Signature.hex(SHA256.hash(data: $0)) }
        var wait = Self.firstWait
        for attempt in 1... {
            do {
                return try await sendOnce(
                    method, key, query: query, headers: headers, body: body, digest: digest, limit: limit)
            } catch let error as S3Error where error.kind == .temporary {
                guard attempt < Self.attempts else {
                    if body.readableBytes > 0 { try await throwRefusal() }
                    throw error
                }
                try await Task.sleep(for: wait)
                wait *= 2
            }
        }
        throw unexpected(method, key)
    }

    /// Throws what the service has against the keys, this machine's clock or the bucket. It may close a connection before
    /// it has read a request's body, and its answer may be lost with that.
    private func throwRefusal() async throws {
        do {
            _ = try await sendOnce(
                "GET", nil, query: [("list-type", "2"), ("max-keys", "1")], headers: [:], body: ByteBuffer(),
                digest: S3Signature.emptyDigest, limit: S3Document.sizeBound)
        } catch let error as S3Error {
            // Who may write need not be allowed to list; without a code it may be a proxy that refuses.
            let isRefusal = error.kind == .denied && !["AccessDenied", ""].contains(error.code)
            if isRefusal || error.kind == .clockSkew || error.kind == .noSuchBucket { throw error }
        }
    }

    private func sendOnce(
        _ method: String, _ key: String?, query: [(String, String)], headers: [String: String], body: ByteBuffer,
        digest: String, limit: Int
    ) async throws -> Answer {
        let what = "\(method) \(bucket)/\(key ?? "")"
        let path =
            "/" + S3Signature.encode(bucket) + (key.map { "/" + S3Signature.encode($0, keepingSlash: true) } ?? "")
        guard let base = URL(string: endpoint.url), let host = base.host() else {
            throw S3Error(kind: .other, code: "", description: "'\(endpoint.url)' is no URL of an object storage")
        }
        var fields = headers
        fields["host"] = base.port.map { "\(host):\($0)" } ?? host
        fields = signature.headers(
            method: method, path: path, query: query, headers: fields, bodyDigest: digest, now: clock())
        let text = endpoint.url + path + (query.isEmpty ? "" : "?" + S3Signature.canonicalQuery(query))
        var request = HTTPClientRequest(url: text)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        if method == "PUT" || method == "POST" { request.body = .bytes(body) }
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            response = try await http.execute(request, timeout: Self.timeout)
            let isWell = (200..<300).contains(response.status.code)
            bytes = try await response.body.collect(upTo: isWell ? limit : S3Document.sizeBound)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            try Task.checkCancellation()
            throw S3Error(
                kind: .temporary, code: "", description: "\(what): the object storage cannot be reached: \(error)")
        }
        guard (200..<300).contains(response.status.code) else {
            let document = S3Document(Data(bytes.readableBytesView))
            throw S3Error(
                status: Int(response.status.code), code: document?.first("Code") ?? "",
                message: document?.first("Message") ?? "", what: what)
        }
        return Answer(headers: response.headers, body: bytes)
    }
}
