import AccessPolicy
import ImageFormat
import Provisioning
import Store
package import UserAPI

/// Accounts and their tokens.
package struct AccountDesk: Sendable {
    private let provisioner: Provisioner
    private let tasks: TaskService?
    private var store: Store { provisioner.store }

    /// How long a token is good for unless its request says otherwise, and at most, in days.
    private static let tokenDays = (usual: 90, most: 3650)
    private static let quotaBound = 1_000_000

    /// - Parameter tasks: what ends with an account; nil where no account is disabled or removed.
    package init(provisioner: Provisioner, tasks: TaskService? = nil) {
        self.provisioner = provisioner
        self.tasks = tasks
    }

    /// The account that a token stands for, whether it is enabled or not, and the only manifest that the token opens, if it
    /// is one for that; nil for a token that is not valid.
    func account(token: String) async throws -> (account: Account, ticket: ChunkDigest?)? {
        let hash = BearerSecret.hash(token)
        let now = provisioner.clock()
        return try await store.read { tx in
            guard let record = try tx.apiToken(hash: hash), record.expiresAt.map({ $0 > now }) ?? true else {
                return nil
            }
            return try tx.account(id: record.accountID).map { ($0, record.manifest) }
        }
    }

    func list() async throws -> [AccountSummary] {
        try await store.read { tx in try tx.accounts().map { try Self.summary(tx, of: $0) } }
    }

    func detail(_ text: String) async throws -> AccountSummary {
        try await store.read { tx in
            try Self.summary(tx, of: Provisioner.require(tx.account(matching: text), "account", text))
        }
    }

    /// Makes an account. It has no token yet.
    package func add(_ request: AccountRequest) async throws -> AccountSummary {
        try Self.check(name: request.name, quota: request.imageQuota)
        let account = Account(
            id: makeID(prefix: "a"), name: request.name, role: request.role,
            imageQuota: request.imageQuota ?? Account.defaultImageQuota, createdAt: provisioner.clock())
        return try await store.write { tx in
            try Self.requireFree(tx, name: account.name)
            try tx.save(account)
            return try Self.summary(tx, of: account)
        }
    }

    /// Changes an account. When it is disabled, its tasks end, and its orders that no host has begun are cancelled;
    /// orders that run go on, for a disk that is written by half helps nobody.
    func change(
        _ text: String, _ change: AccountChange, expected: IfMatch? = nil
    ) async throws -> AccountSummary {
        if change.name != nil || change.imageQuota != nil {
            try Self.check(name: change.name, quota: change.imageQuota)
        }
        let now = provisioner.clock()
        let summary = try await store.write { tx -> AccountSummary in
            var account = try Provisioner.require(tx.account(matching: text), "account", text)
            try expected?.check(Self.summary(tx, of: account))
            if let name = change.name, name != account.name {
                try Self.requireFree(tx, name: name)
                account.name = name
            }
            account.role = change.role ?? account.role
            account.isEnabled = change.isEnabled ?? account.isEnabled
            account.imageQuota = change.imageQuota ?? account.imageQuota
            try tx.save(account)
            try Self.requireAdministrator(tx)
            if !account.isEnabled {
                try provisioner.cancelOrders(tx, of: account, reason: "account \(account.name) was disabled", now: now)
            }
            return try Self.summary(tx, of: account)
        }
        if !summary.isEnabled { try await tasks?.endAll(of: summary.id) }
        return summary
    }

    private static func check(name: String?, quota: Int?) throws {
        if let name, !ResourceName.isValid(name) {
            throw ProvisioningError(.invalid, "'\(name)' is no account name: \(ResourceName.rule)")
        }
        if let quota, !(0...quotaBound).contains(quota) {
            throw ProvisioningError(.invalid, "a quota is a number from 0 to \(quotaBound), not \(quota)")
        }
    }

    private static func requireFree(_ tx: StoreTransaction, name: String) throws {
        // An id would be taken for the other account's.
        guard try tx.account(matching: name) == nil else {
            throw ProvisioningError(.conflict, "there is an account '\(name)' already")
        }
    }

    /// Nobody could undo it if the last administrator went.
    private static func requireAdministrator(_ tx: StoreTransaction) throws {
        guard try tx.accounts().contains(where: { $0.role == .administrator && $0.isEnabled }) else {
            throw ProvisioningError(.conflict, "this is the last enabled administrator: make another one first")
        }
    }

    static func summary(_ tx: StoreTransaction, of account: Account) throws -> AccountSummary {
        let quota = try tx.imageQuota(of: account)
        return AccountSummary(
            id: account.id, name: account.name, role: account.role, isEnabled: account.isEnabled,
            created: Timestamp(account.createdAt),
            privateImages: QuotaUse(limit: quota.limit, used: quota.used, remaining: quota.remaining))
    }
}

// MARK: - Removal

extension AccountDesk {
    /// What becomes of the images of an account that is removed.
    enum ImageFate: Sendable {
        /// There must be none.
        case none
        /// They are removed with it.
        case remove
        /// They go to this account, with what they are shared with; its quota does not count for that.
        case moveTo(String)
    }

    /// Removes an account with its tokens and the shares that it received. Refused while one of its orders is under way;
    /// the others are cancelled, and its tasks end. Its finished deployments stay, as history.
    func remove(_ text: String, images fate: ImageFate, expected: IfMatch? = nil) async throws {
        let now = provisioner.clock()
        let id = try await store.write { tx -> String in
            let account = try Provisioner.require(tx.account(matching: text), "account", text)
            try expected?.check(Self.summary(tx, of: account))
            try provisioner.cancelOrders(tx, of: account, reason: "account \(account.name) was removed", now: now)
            let open = try tx.deployments(in: DeploymentState.allCases.filter(\.isOpen))
            if let running = open.first(where: { $0.accountID == account.id }) {
                throw ProvisioningError(
                    .conflict, "deployment \(running.id) is \(running.state.rawValue): wait for it or cancel it")
            }
            try Self.settleImages(tx, of: account, fate, open: open)
            for var host in try tx.hosts() where host.accountID == account.id {
                host.accountID = nil
                try tx.save(host)
            }
            try tx.removeAccount(id: account.id)
            try Self.requireAdministrator(tx)
            return account.id
        }
        try await tasks?.endAll(of: id)
    }

    private static func settleImages(
        _ tx: StoreTransaction, of account: Account, _ fate: ImageFate, open: [Deployment]
    ) throws {
        // What an import has not finished is nobody's.
        let images = try tx.images(ownerID: account.id).filter { try !tx.removeImageWithoutRevisions(id: $0.id) }
        guard !images.isEmpty else { return }
        switch fate {
        case .none:
            throw ProvisioningError(
                .conflict,
                "account \(account.name) has \(images.count) images: say whether they are removed with it or go to "
                    + "another account")
        case .remove:
            for image in images {
                try ImageCatalog.requireRemovable(tx, image, revision: nil, open: open)
                try tx.removeImage(id: image.id)
            }
        case .moveTo(let text):
            let heir = try Provisioner.require(tx.account(matching: text), "account", text)
            guard heir.id != account.id else {
                throw ProvisioningError(.invalid, "the images of \(account.name) cannot go to the account itself")
            }
            for var image in images {
                if try tx.image(ownerID: heir.id, name: image.name) != nil {
                    throw ProvisioningError(
                        .conflict, "\(heir.name) has an image '\(image.name)', too: rename one of the two first")
                }
                if let share = try tx.share(imageID: image.id, receiverID: heir.id) { try tx.removeShare(id: share.id) }
                image.ownerID = heir.id
                try tx.save(image)
            }
        }
    }
}

// MARK: - Tokens

extension AccountDesk {
    /// The tokens of `account`, or of the one that an administrator names.
    func tokens(of named: String?, askedBy account: Account) async throws -> [APITokenSummary] {
        try await store.read { tx in
            // Those for other regions come and go with copies.
            try tx.apiTokens(accountID: Self.owner(tx, named, account).id).filter { $0.manifest == nil }.map {
                APITokenSummary($0)
            }
        }
    }

    /// Makes a token; its secret is in the answer and nowhere else.
    func issue(_ request: APITokenRequest, askedBy account: Account) async throws -> IssuedAPIToken {
        guard ResourceName.isValid(request.name) else {
            throw ProvisioningError(.invalid, "'\(request.name)' is no token name: \(ResourceName.rule)")
        }
        let days = request.days ?? Self.tokenDays.usual
        guard (0...Self.tokenDays.most).contains(days) else {
            throw ProvisioningError(
                .invalid, "days is \(days), expected 1 to \(Self.tokenDays.most), or 0 for a token without an end")
        }
        let secret = BearerSecret()
        let now = provisioner.clock()
        return try await store.write { tx in
            let record = APITokenRecord(
                id: makeID(prefix: "t"), hash: secret.hash, accountID: try Self.owner(tx, request.account, account).id,
                name: request.name, createdAt: now, expiresAt: days == 0 ? nil : now + Int64(days) * 86400)
            try tx.insert(record)
            return IssuedAPIToken(token: APITokenSummary(record), secret: secret.text)
        }
    }

    /// Revokes a token of the account, or any token where an administrator asks.
    func revoke(_ id: String, askedBy account: Account) async throws {
        try await store.write { tx in
            let record = try tx.apiToken(id: id)
            guard let record, record.accountID == account.id || account.role == .administrator else {
                throw ProvisioningError(.notFound, "there is no token '\(id)'")
            }
            try tx.removeAPIToken(id: id)
        }
    }

    private static func owner(_ tx: StoreTransaction, _ named: String?, _ account: Account) throws -> Account {
        guard let named, named != account.id, named != account.name else { return account }
        guard account.role == .administrator else {
            throw ProvisioningError(.forbidden, "only an administrator has a say in other accounts' tokens")
        }
        return try Provisioner.require(tx.account(matching: named), "account", named)
    }
}

extension APITokenSummary {
    init(_ record: APITokenRecord) {
        self.init(
            id: record.id, name: record.name, created: Timestamp(record.createdAt),
            expires: record.expiresAt.map { Timestamp($0) })
    }
}

extension StoreTransaction {
    /// How many private images an account has, those that are being made among them.
    func imageQuota(of account: Account) throws -> ImageQuota {
        ImageQuota(limit: account.imageQuota, used: try privateImageCount(ownerID: account.id))
    }
}
