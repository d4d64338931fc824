extension APIRoute {
    /// GET; the account of the token that asks.
    package static let ownAccount = "/api/v1/account"
    package static let usage = "/api/v1/usage"
    package static let accounts = "/api/v1/accounts"
    /// The tokens of the account that asks; an administrator adds `?account=NAME` for those of another.
    package static let tokens = "/api/v1/tokens"
    package static let shares = "/api/v1/shares"

    /// GET, PATCH, DELETE; by id or name.
    package static func account(_ account: String) -> String { "\(accounts)/\(segment(account))" }

    /// DELETE; says what becomes of the account's images.
    package static func removal(
        ofAccount account: String, removeImages: Bool = false, moveImagesTo heir: String? = nil
    ) -> String {
        let query = removeImages ? "?images=remove" : heir.map { "?moveImagesTo=\(segment($0))" } ?? ""
        return self.account(account) + query
    }

    /// GET, POST; those of `account` where an administrator asks.
    package static func tokens(of account: String?) -> String {
        tokens + (account.map { "?account=\(segment($0))" } ?? "")
    }

    /// GET; of the account that asks, or of another one where an administrator asks.
    package static func usage(
        from: String?, to: String?, account: String?, format: String
    ) -> String {
        let fields = [("from", from), ("to", to), ("account", account)].compactMap { name, value in
            value.map { "&\(name)=\(segment($0))" }
        }
        return "\(usage)?format=\(format)" + fields.joined()
    }

    /// GET; those of the images that fit.
    package static func images(visibility: String? = nil, tag: String? = nil, owner: String? = nil) -> String {
        let filters = [("visibility", visibility), ("tag", tag), ("owner", owner)].compactMap { name, value in
            value.map { "\(name)=\(segment($0))" }
        }
        return images + (filters.isEmpty ? "" : "?" + filters.joined(separator: "&"))
    }

    /// DELETE.
    package static func token(_ id: String) -> String { "\(tokens)/\(segment(id))" }

    /// GET, PATCH, DELETE.
    package static func share(_ id: String) -> String { "\(shares)/\(segment(id))" }

    /// GET; a `Page` of `ImageUse`.
    package static func hosts(ofImage image: String) -> String { "\(self.image(image))/hosts" }
}
