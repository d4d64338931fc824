package import ImageFormat

/// Paths of the user API.
package enum APIRoute {
    package static let status = "/api/v1/status"
    /// GET; the OpenAPI document.
    package static let description = "/api/v1/openapi.json"
    package static let hosts = "/api/v1/hosts"
    package static let models = "/api/v1/models"
    package static let images = "/api/v1/images"
    package static let imports = "/api/v1/imports"
    package static let exports = "/api/v1/exports"
    package static let credentials = "/api/v1/credentials"
    package static let regions = "/api/v1/regions"
    package static let copies = "/api/v1/copies"
    package static let keys = "/api/v1/keys"
    package static let manifests = "/api/v1/manifests"
    package static let chunks = "/api/v1/chunks"
    package static let uploads = "/api/v1/uploads"
    package static let tasks = "/api/v1/tasks"
    /// POST; with `?quick=true` chunks are looked for and not read, with `?repair=true` damaged ones are restored or
    /// removed. The answer is a `TaskDetail`.
    package static let checks = "/api/v1/checks"
    package static let deployments = "/api/v1/deployments"
    package static let leases = "/api/v1/leases"

    /// GET, PATCH, DELETE; by id, name or MAC address.
    package static func host(_ host: String) -> String { "\(hosts)/\(segment(host))" }

    /// GET, DELETE.
    package static func image(_ name: String) -> String { "\(images)/\(segment(name))" }

    /// DELETE.
    package static func revision(_ number: Int, of image: String) -> String {
        "\(self.image(image))/revisions/\(number)"
    }

    /// GET; of a revision on every model, or on one host.
    package static func preflight(_ number: Int, of image: String, host: String? = nil) -> String {
        "\(revision(number, of: image))/preflight" + (host.map { "?host=\(segment($0))" } ?? "")
    }

    /// GET, DELETE.
    package static func task(_ id: String) -> String { "\(tasks)/\(segment(id))" }

    /// DELETE; by name or id.
    package static func region(_ name: String) -> String { "\(regions)/\(segment(name))" }

    /// POST.
    package static func token(atRegion name: String) -> String { "\(region(name))/token" }

    /// GET; a signed document.
    package static func manifest(_ digest: ChunkDigest) -> String { "\(manifests)/\(digest)" }

    /// GET; a zstd frame.
    package static func chunk(_ digest: ChunkDigest) -> String { "\(chunks)/\(digest)" }

    /// DELETE; by name or id.
    package static func credential(_ name: String) -> String { "\(credentials)/\(segment(name))" }

    /// GET, DELETE.
    package static func upload(_ id: String) -> String { "\(uploads)/\(segment(id))" }

    /// PATCH; the body goes on at `offset`.
    package static func upload(_ id: String, from offset: UInt64) -> String { "\(upload(id))?offset=\(offset)" }

    /// GET.
    package static func deployment(_ id: String) -> String { "\(deployments)/\(segment(id))" }

    /// POST.
    package static func cancel(_ id: String) -> String { "\(deployment(id))/cancel" }

    /// GET; server-sent events.
    package static func events(_ id: String) -> String { "\(deployment(id))/events" }

    /// GET; a `Page` of `LogLine`.
    package static func log(_ id: String) -> String { "\(deployment(id))/log" }

    /// GET; CMS in PEM form.
    package static func receipt(_ id: String) -> String { "\(deployment(id))/receipt" }

    /// `text` as one segment of a path: everything but unreserved characters and `:` percent-encoded (RFC 3986,
    /// sections 2.3 and 3.3).
    package static func segment(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
