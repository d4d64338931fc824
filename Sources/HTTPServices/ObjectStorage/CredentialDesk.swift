import AccessPolicy
import FoundationEssentials
import ImageStore
import ObjectStorage
import Provisioning
import Signing
import Store
import UserAPI

/// The keys of object storages that accounts have entered.
struct CredentialDesk: Sendable {
    let provisioner: Provisioner
    let secrets: SecretBox
    let guarded: GuardedClient

    private static let credentialBound = 64

    func list(for account: Account) async throws -> [CredentialSummary] {
        try await provisioner.store.read { try $0.credentials(accountID: account.id) }.map { CredentialSummary($0) }
    }

    func add(_ request: CredentialRequest, by account: Account) async throws -> CredentialSummary {
        try Self.check(request)
        let record = CredentialRecord(
            id: makeID(prefix: "c"), accountID: account.id, name: request.name, endpoint: request.endpoint,
            region: request.region ?? "us-east-1", accessKey: request.accessKey,
            sealedSecret: try secrets.seal(
                request.secretKey, context: Self.context(accountID: account.id, name: request.name)),
            createdAt: provisioner.clock())
        try await provisioner.store.write { tx in
            let known = try tx.credentials(accountID: account.id)
            guard !known.contains(where: { $0.name == record.name }) else {
                throw ProvisioningError(.conflict, "there is a credential '\(record.name)' already: remove it first")
            }
            guard known.count < Self.credentialBound else {
                throw ProvisioningError(.conflict, "an account has \(Self.credentialBound) credentials at most")
            }
            try tx.insert(record)
        }
        return CredentialSummary(record)
    }

    /// Forgets a credential, by name or id.
    func remove(_ text: String, by account: Account) async throws {
        try await provisioner.store.write { tx in
            let found = try tx.credentials(accountID: account.id).first { $0.name == text || $0.id == text }
            try tx.removeCredential(id: Provisioner.require(found, "credential", text).id)
        }
    }

    func require(_ name: String, of account: Account) async throws {
        let found = try await provisioner.store.read { try $0.credential(accountID: account.id, name: name) }
        _ = try Provisioner.require(found, "credential", name)
    }

    /// Runs `body` with a client for a bucket.
    func withBucket<T>(
        _ bucket: String, credential name: String, accountID: String, _ body: (S3Client) async throws -> T
    ) async throws -> T {
        let found = try await provisioner.store.read { try $0.credential(accountID: accountID, name: name) }
        let record = try Provisioner.require(found, "credential", name)
        let secret = try secrets.open(
            record.sealedSecret, context: Self.context(accountID: accountID, name: record.name))
        return try await guarded.withClient(for: record.endpoint) { http in
            try await body(
                S3Client(
                    endpoint: S3Endpoint(url: record.endpoint, region: record.region), bucket: bucket,
                    credentials: S3Credentials(accessKey: record.accessKey, secretKey: secret), http: http,
                    clock: provisioner.clock))
        }
    }

    private static func context(accountID: String, name: String) -> String { "credential \(name) of \(accountID)" }

    private static func check(_ request: CredentialRequest) throws {
        guard ResourceName.isValid(request.name) else {
            throw ProvisioningError(.invalid, "'\(request.name)' is no name: \(ResourceName.rule)")
        }
        guard WebOrigin.isValid(request.endpoint) else {
            throw ProvisioningError(
                .invalid, "'\(request.endpoint)' is no endpoint: https://HOST or https://HOST:PORT, nothing behind it")
        }
        for (field, text) in [("accessKey", request.accessKey), ("secretKey", request.secretKey)]
        where text.isEmpty || text.utf8.count > 256 || text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw ProvisioningError(.invalid, "\(field) has 1 to 256 characters without spaces")
        }
        guard let region = request.region, !ResourceName.isValid(region) else { return }
        throw ProvisioningError(.invalid, "'\(region)' is no region, such as us-east-1")
    }
}

extension CredentialSummary {
    init(_ record: CredentialRecord) {
        self.init(
            id: record.id, name: record.name, endpoint: record.endpoint, region: record.region,
            accessKey: record.accessKey, created: Timestamp(record.createdAt))
    }
}
