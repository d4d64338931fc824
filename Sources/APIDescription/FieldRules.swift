import UserAPI

// What the server wants of a request's fields beside their types. It refuses more than can be said here, such as the name
// of an image that is not there.

extension ValueForm {
    static let resourceName = ValueForm.pattern(ResourceName.pattern)
    static let hostName = ValueForm.pattern("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")
    static let revision = ValueForm.integer(1...Int64(Int32.max))
    /// `http` or `https`, a host, perhaps a port, and nothing behind it.
    static let origin = ValueForm.pattern("^https?://[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,3})?$")
    /// What a header of HTTP can carry.
    static let visibleText = ValueForm.pattern("^[!-~]{1,256}$")
}

extension AccountRequest: RuledFields {
    static let rules: [String: ValueForm] = ["name": .resourceName, "imageQuota": .integer(0...1_000_000)]
}

extension AccountChange: RuledFields {
    static let rules: [String: ValueForm] = ["name": .resourceName, "imageQuota": .integer(0...1_000_000)]
}

extension APITokenRequest: RuledFields {
    static let rules: [String: ValueForm] = [
        "name": .resourceName, "account": .anyText, "days": .integer(0...3650),
    ]
}

extension CredentialRequest: RuledFields {
    static let rules: [String: ValueForm] = [
        "name": .resourceName, "endpoint": .origin, "region": .pattern("^[a-z0-9-]{1,64}$"), "accessKey": .visibleText,
        "secretKey": .visibleText,
    ]
}

extension DeploymentRequest: RuledFields {
    static let rules: [String: ValueForm] = [
        "host": .anyText, "image": .anyText, "revision": .revision, "channel": .word(["stable", "candidate"]),
    ]
}

extension ExportRequest: RuledFields {
    static let rules: [String: ValueForm] = [
        "image": .anyText, "revision": .revision, "format": .word(["raw.zst", "qcow2", "chunked"]),
        "credential": .anyText, "bucket": .pattern("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
        "prefix": .pattern("^([^/\\u0000-\\u001F\\u007F][^\\u0000-\\u001F\\u007F]{0,200})?$"),
    ]
}

extension HostChange: RuledFields {
    static let rules: [String: ValueForm] = ["name": .hostName]
}

extension ImageChange: RuledFields {
    static let rules: [String: ValueForm] = [
        "name": .resourceName, "summary": .text(0...500), "tags": .list(of: .resourceName, atMost: 32),
        "visibility": .word(["public", "private"]),
    ]
}

extension RevisionChange: RuledFields {
    static let rules: [String: ValueForm] = ["channel": .word(["stable", "candidate", "none"])]
}

extension ImageImportRequest: RuledFields {
    static let rules: [String: ValueForm] = [
        "name": .resourceName, "format": .word(["raw", "qcow2", "vmdk", "vhd", "vhdx", "tar", "chunked"]),
        "source": .anyText, "compression": .word(["none", "gz", "xz", "zst"]), "sha256": .digest,
        "sha512": .pattern("^[0-9a-f]{128}$"), "credential": .anyText, "ticket": .visibleText,
        "channel": .word(["stable", "candidate"]), "after": .integer(0...Int64(Int32.max)),
        "diskSize": .integer(1...Int64.max),
    ]
}

extension ImageOrigin: RuledFields {
    static let rules: [String: ValueForm] = [
        "recipe": .resourceName, "source": .pattern("^[ -~]{1,2048}$"), "fingerprint": .pattern("^[ -~]{1,200}$"),
    ]
}

extension UploadRequest: RuledFields {
    static let rules: [String: ValueForm] = ["size": .integer(1...Int64.max)]
}

extension RegionRequest: RuledFields {
    static let rules: [String: ValueForm] = ["name": .resourceName, "url": .origin, "token": .visibleText]
}

extension RegionTokenRequest: RuledFields {
    static let rules: [String: ValueForm] = ["token": .visibleText]
}

extension CopyRequest: RuledFields {
    static let rules: [String: ValueForm] = [
        "image": .anyText, "revision": .revision, "region": .anyText, "name": .resourceName,
    ]
}

extension ReservationRequest: RuledFields {
    static let rules: [String: ValueForm] = ["hostName": .hostName]
}

extension ShareRequest: RuledFields {
    static let rules: [String: ValueForm] = ["image": .anyText, "receiver": .anyText]
}

extension ShareChange: RuledFields {
    static let rules: [String: ValueForm] = ["state": .word(["accepted", "rejected"])]
}
