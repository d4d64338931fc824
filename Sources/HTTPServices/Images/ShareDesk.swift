import AccessPolicy
import Provisioning
import Store
import UserAPI

/// What accounts share with one another.
package struct ShareDesk: Sendable {
    private let provisioner: Provisioner

    package init(provisioner: Provisioner) { self.provisioner = provisioner }

    /// What an account receives and gives.
    func list(for account: Account) async throws -> [ShareDetail] {
        try await provisioner.store.read { tx in
            try (tx.shares(receiverID: account.id) + tx.shares(ownerID: account.id)).compactMap {
                try Self.detail(tx, of: $0)
            }
        }
    }

    func detail(_ id: String, for account: Account) async throws -> ShareDetail {
        try await provisioner.store.read { tx in
            try Provisioner.require(Self.detail(tx, of: Self.share(tx, id, for: account).share), "share", id)
        }
    }

    /// Offers an image of the account to another one.
    func offer(_ request: ShareRequest, by account: Account) async throws -> ShareDetail {
        let now = provisioner.clock()
        return try await provisioner.store.write { tx in
            let seen = try tx.seenImage(request.image, for: account, now: now)
            guard seen.access.mayChange else {
                throw ProvisioningError(.forbidden, "image \(seen.image.name) is shared by its owner only")
            }
            guard seen.image.visibility == .private else {
                throw ProvisioningError(.conflict, "image \(seen.image.name) is public: everybody has it already")
            }
            let receiver = try Provisioner.require(tx.account(matching: request.receiver), "account", request.receiver)
            guard receiver.id != account.id else {
                throw ProvisioningError(.invalid, "an image is not shared with its owner")
            }
            try Self.check(expires: request.expires, now: now)
            if let old = try tx.share(imageID: seen.image.id, receiverID: receiver.id) {
                guard old.state == .rejected || old.hasExpired(now: now) else {
                    throw ProvisioningError(
                        .conflict, "image \(seen.image.name) is shared with \(receiver.name) already: share \(old.id)")
                }
                try tx.removeShare(id: old.id)
            }
            let share = ImageShare(
                id: makeID(prefix: "s"), imageID: seen.image.id, receiverID: receiver.id, mayCopy: request.mayCopy,
                expiresAt: request.expires?.seconds, createdAt: now)
            try tx.save(share)
            return try Provisioner.require(Self.detail(tx, of: share), "share", share.id)
        }
    }

    /// The receiver answers, or the owner changes what is allowed.
    func change(
        _ id: String, _ change: ShareChange, by account: Account, expected: IfMatch? = nil
    ) async throws -> ShareDetail {
        let now = provisioner.clock()
        return try await provisioner.store.write { tx in
            var (share, isOwner) = try Self.share(tx, id, for: account)
            try expected?.check(Self.detail(tx, of: share))
            if let answer = change.state {
                guard !isOwner else { throw ProvisioningError(.forbidden, "a share is answered by its receiver") }
                guard !share.hasExpired(now: now) else {
                    throw ProvisioningError(.conflict, "share \(id) has expired: ask its owner for a new one")
                }
                guard let state = ShareState(rawValue: answer.rawValue), state != .offered else {
                    throw ProvisioningError(.invalid, "'\(answer.rawValue)' is no answer: accepted or rejected")
                }
                share.state = state
            }
            if change.mayCopy != nil || change.expires != nil {
                guard isOwner else { throw ProvisioningError(.forbidden, "only its owner changes what a share allows") }
                try Self.check(expires: change.expires, now: now)
                share.mayCopy = change.mayCopy ?? share.mayCopy
                share.expiresAt = change.expires?.seconds ?? share.expiresAt
            }
            try tx.save(share)
            if share.state == .rejected { try withdraw(tx, share, reason: "its share was rejected", now: now) }
            return try Provisioner.require(Self.detail(tx, of: share), "share", id)
        }
    }

    /// Revokes a share, or gives it back. The receiver's orders of the image that are not committed yet are cancelled:
    /// their stages get no further chunk.
    func end(_ id: String, by account: Account, expected: IfMatch? = nil) async throws {
        let now = provisioner.clock()
        try await provisioner.store.write { tx in
            let (share, _) = try Self.share(tx, id, for: account)
            try expected?.check(Self.detail(tx, of: share))
            try tx.removeShare(id: id)
            try withdraw(tx, share, reason: "its image is not shared any more", now: now)
        }
    }

    /// Cancels what is under way by leave of shares that have expired.
    package func endExpired() async throws {
        let now = provisioner.clock()
        try await provisioner.store.write { tx in
            for deployment in try tx.deployments(in: DeploymentState.allCases.filter(\.isOpen)) {
                guard let share = try tx.share(imageID: deployment.imageID, receiverID: deployment.accountID),
                    share.hasExpired(now: now)
                else { continue }
                try provisioner.cancel(tx, deployment, reason: "the share of its image has expired", now: now)
            }
        }
    }

    private func withdraw(_ tx: StoreTransaction, _ share: ImageShare, reason: String, now: Int64) throws {
        for deployment in try tx.deployments(in: DeploymentState.allCases.filter(\.isOpen))
        where deployment.imageID == share.imageID && deployment.accountID == share.receiverID {
            try provisioner.cancel(tx, deployment, reason: reason, now: now)
        }
    }

    /// A share that an account has a part in.
    private static func share(
        _ tx: StoreTransaction, _ id: String, for account: Account
    ) throws -> (share: ImageShare, isOwner: Bool) {
        let share = try Provisioner.require(tx.share(id: id), "share", id)
        let isOwner = try tx.image(id: share.imageID)?.ownerID == account.id
        guard isOwner || share.receiverID == account.id else {
            throw ProvisioningError(.notFound, "there is no share '\(id)'")
        }
        return (share, isOwner)
    }

    private static func check(expires: Timestamp?, now: Int64) throws {
        guard let expires, expires.seconds <= now else { return }
        throw ProvisioningError(.invalid, "a share cannot expire at \(expires), which is over")
    }

    /// nil where its image or one of its accounts has gone.
    private static func detail(_ tx: StoreTransaction, of share: ImageShare) throws -> ShareDetail? {
        guard let image = try tx.image(id: share.imageID), let owner = try tx.account(id: image.ownerID),
            let receiver = try tx.account(id: share.receiverID)
        else { return nil }
        return ShareDetail(
            id: share.id, image: ImageName(id: image.id, name: image.name, owner: owner.name),
            receiver: receiver.name, state: ShareStateName(rawValue: share.state.rawValue), mayCopy: share.mayCopy,
            expires: share.expiresAt.map { Timestamp($0) }, created: Timestamp(share.createdAt))
    }
}
