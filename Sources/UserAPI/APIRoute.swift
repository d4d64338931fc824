/// Paths of the user API.
package enum APIRoute {
    package static let status = "/api/v1/status"
    package static let hosts = "/api/v1/hosts"
    package static let images = "/api/v1/images"
    package static let imports = "/api/v1/imports"
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

    /// GET.
    package static func `import`(_ id: String) -> String { "\(imports)/\(segment(id))" }

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
