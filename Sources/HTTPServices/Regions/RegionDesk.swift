import AccessPolicy
import FoundationEssentials
import ImageFormat
import Provisioning
import Signing
import Store
import UserAPI

/// The regions that are known, and the tokens that accounts have there.
struct RegionDesk: Sendable {
    let provisioner: Provisioner
    let secrets: SecretBox

    func list(for account: Account) async throws -> [RegionSummary] {
        try await provisioner.store.read { tx in
            try tx.regions().map { try Self.summary(tx, of: $0, for: account) }
        }
    }

    /// Adds a region with the keys that it says are its own; whoever adds it compares them.
    func add(_ request: RegionRequest, by account: Account) async throws -> RegionSummary {
        try Self.check(request)
        let keys = try await RegionClient.with(url: request.url, token: request.token) {
            try await $0.get(APIRoute.keys, as: InstallationKeyList.self)
        }
        guard TrustedKeys(text: keys.trustedKeys) != nil else {
            throw ProvisioningError(.invalid, "\(request.url) answers with keys that are none")
        }
        let region = RegionRecord(
            id: makeID(prefix: "r"), name: request.name, url: request.url, keys: keys.trustedKeys,
            createdAt: provisioner.clock())
        let sealed = try secrets.seal(request.token, context: Self.context(region, accountID: account.id))
        return try await provisioner.store.write { tx in
            guard try tx.region(matching: region.name) == nil else {
                throw ProvisioningError(.conflict, "there is a region '\(region.name)' already")
            }
            // Who lists another region's key would be sent the tickets of that region's images.
            for other in try tx.regions() where other.keyIDs.contains(where: region.keyIDs.contains) {
                throw ProvisioningError(
                    .conflict, "\(region.url) says that a key of region '\(other.name)' is its own: one of them lies")
            }
            try tx.insert(region)
            try tx.saveRegionToken(regionID: region.id, accountID: account.id, sealed: sealed)
            return try Self.summary(tx, of: region, for: account)
        }
    }

    func remove(_ text: String) async throws {
        try await provisioner.store.write { tx in
            try tx.removeRegion(id: Provisioner.require(tx.region(matching: text), "region", text).id)
        }
    }

    /// Keeps the account's token at a region, once the region has taken it.
    func saveToken(_ token: String, region text: String, by account: Account) async throws -> RegionSummary {
        let region = try await require(text)
        _ = try await RegionClient.with(url: region.url, token: token) {
            try await $0.get(APIRoute.ownAccount, as: AccountSummary.self)
        }
        let sealed = try secrets.seal(token, context: Self.context(region, accountID: account.id))
        return try await provisioner.store.write { tx in
            try tx.saveRegionToken(regionID: region.id, accountID: account.id, sealed: sealed)
            return try Self.summary(tx, of: region, for: account)
        }
    }

    func require(_ text: String) async throws -> RegionRecord {
        try await provisioner.store.read { try Provisioner.require($0.region(matching: text), "region", text) }
    }

    /// The region that a key belongs to.
    func region(signingWith key: KeyID) async throws -> RegionRecord? {
        try await provisioner.store.read { try $0.regions() }.first { $0.keyIDs.contains(key) }
    }

    /// The account's token at a region.
    func token(of accountID: String, at region: RegionRecord) async throws -> String {
        let sealed = try await provisioner.store.read {
            try $0.regionToken(regionID: region.id, accountID: accountID)
        }
        guard let sealed else {
            throw ProvisioningError(
                .conflict, "the account has no token at \(region.name): `ingot region login \(region.name)` first")
        }
        return try secrets.open(sealed, context: Self.context(region, accountID: accountID))
    }

    private static func context(_ region: RegionRecord, accountID: String) -> String {
        "token of \(accountID) at region \(region.id)"
    }

    private static func check(_ request: RegionRequest) throws {
        guard ResourceName.isValid(request.name) else {
            throw ProvisioningError(.invalid, "'\(request.name)' is no region name: \(ResourceName.rule)")
        }
        guard WebOrigin.isValid(request.url) else {
            throw ProvisioningError(
                .invalid, "'\(request.url)' is no region: https://HOST or https://HOST:PORT, nothing behind it")
        }
    }

    private static func summary(
        _ tx: StoreTransaction, of region: RegionRecord, for account: Account
    ) throws -> RegionSummary {
        RegionSummary(
            id: region.id, name: region.name, url: region.url, keys: region.keyIDs,
            hasToken: try tx.regionToken(regionID: region.id, accountID: account.id) != nil,
            created: Timestamp(region.createdAt))
    }
}

extension RegionRecord {
    /// The keys whose signatures are trusted.
    var trustedKeys: TrustedKeys { TrustedKeys(text: keys) ?? TrustedKeys([]) }

    var keyIDs: [KeyID] { trustedKeys.ids }
}
