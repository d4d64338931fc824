import AccessPolicy
import Store

/// An image as one account sees it.
struct SeenImage: Sendable {
    let image: Image
    let access: ImageAccess
    /// The revisions that are there for the account, oldest first.
    let revisions: [RevisionRecord]

    func revision(numbered number: Int) -> RevisionRecord? { revisions.first { $0.number == number } }

    /// Whether only what is published counts, also where the account sees the rest: of public images of others.
    private var isPublishedOnly: Bool { image.visibility == .public && !access.mayChange }

    /// Whether a revision's bytes may be read, and an image of the account's own be made of them.
    func mayCopy(_ revision: RevisionRecord) -> Bool {
        access.mayCopy && (revision.channel != nil || !isPublishedOnly)
    }

    /// The revision that is to be copied.
    /// - Parameter number: nil: the newest one; of what is published, the newest stable one.
    func copyableRevision(number: Int?) throws -> RevisionRecord {
        let copyable = revisions.filter { mayCopy($0) }
        if let number {
            return try Provisioner.require(
                copyable.first { $0.number == number }, "revision of \(image.name)", "\(number)")
        }
        let newest = copyable.last { !isPublishedOnly || $0.channel == .stable }
        return try Provisioner.require(newest, "revision of \(image.name)", isPublishedOnly ? "stable" : "newest")
    }

    /// The revision that an order means.
    /// - Parameters:
    ///   - number: nil: the newest one of the channel.
    ///   - channel: nil: `stable` of public images of others, else any.
    func revision(number: Int?, channel: ReleaseChannel?, now: Int64) throws -> RevisionRecord {
        guard !image.lifecycle.isRetired(now: now) else {
            throw ProvisioningError(.conflict, "image \(image.name) is retired: it is not deployed any more")
        }
        if let number {
            let found = revisions.first { $0.number == number && (channel == nil || $0.channel == channel) }
            let revision = try Provisioner.require(found, "revision of \(image.name)", "\(number)")
            guard revision.channel != nil || !isPublishedOnly else {
                throw ProvisioningError(.conflict, "revision \(number) of \(image.name) is not published")
            }
            guard !revision.isRetired(now: now) else {
                throw ProvisioningError(.conflict, "revision \(number) of \(image.name) is retired: take a newer one")
            }
            return revision
        }
        let wanted = channel ?? (isPublishedOnly ? .stable : nil)
        let usable = revisions.last { !$0.isRetired(now: now) && (wanted == nil || $0.channel == wanted) }
        guard let usable else {
            throw ProvisioningError(
                .conflict, "image \(image.name) has no \(wanted.map { "\($0.rawValue) " } ?? "")revision to deploy")
        }
        return usable
    }
}

extension RevisionRecord {
    func isRetired(now: Int64) -> Bool { lifecycle?.isRetired(now: now) ?? false }
}

extension StoreTransaction {
    /// The image that an account means, where it is there for the account: one of its own, else a public one, else one
    /// that is shared with it. An image without a revision is not there yet.
    func seenImage(_ text: String, for account: Account, now: Int64) throws -> SeenImage {
        let candidates = try candidates(ImageReference(text), for: account)
        let seen = try candidates.compactMap { try self.seen($0, by: account, now: now) }
        guard let first = seen.first else { throw ProvisioningError(.notFound, "there is no image '\(text)'") }
        if first.image.ownerID != account.id, first.image.visibility == .private, seen.count > 1 {
            throw ProvisioningError(.conflict, "several accounts share an image '\(text)': say OWNER:\(text)")
        }
        return first
    }

    /// What there is of an image for an account; nil where that is nothing.
    func seen(_ image: Image, by account: Account, now: Int64) throws -> SeenImage? {
        let share = try share(imageID: image.id, receiverID: account.id)
        let access = ImageAccess(of: image, by: account, share: share, now: now)
        guard access.isVisible else { return nil }
        let all = try revisions(imageID: image.id)
        guard !all.isEmpty else { return nil }
        if access.seesEveryRevision { return SeenImage(image: image, access: access, revisions: all) }
        // Of a public image what is published; of an image that is only offered nothing.
        let published = image.visibility == .public ? all.filter { $0.channel != nil } : []
        return SeenImage(image: image, access: access, revisions: published)
    }

    /// The image of a revision, where that revision is there for an account.
    func seenImage(holding revision: RevisionKey, for account: Account, now: Int64) throws -> SeenImage? {
        guard let image = try image(id: revision.imageID), let seen = try seen(image, by: account, now: now) else {
            return nil
        }
        return seen.revision(numbered: revision.number) == nil ? nil : seen
    }

    private func candidates(_ reference: ImageReference, for account: Account) throws -> [Image] {
        if let owner = reference.owner {
            guard let owner = try self.account(matching: owner) else { return [] }
            return try [image(ownerID: owner.id, name: reference.name)].compactMap { $0 }
        }
        if let image = try image(id: reference.name) { return [image] }
        return try [image(ownerID: account.id, name: reference.name), publicImage(named: reference.name)]
            .compactMap { $0 } + sharedImages(named: reference.name, receiverID: account.id)
    }
}
