import AccessPolicy
import Preflight
import Store
import UserAPI

/// What owners and administrators change about images.
extension ImageCatalog {
    private static let summaryBound = 500
    private static let tagBound = 32
    private static let modelBound = 64

    func change(
        _ text: String, _ change: ImageChange, for account: Account, expected: IfMatch? = nil
    ) async throws -> ImageDetail {
        let now = provisioner.clock()
        return try await provisioner.store.write { tx in
            let seen = try tx.seenImage(text, for: account, now: now)
            try expected?.check(Self.detail(tx, of: seen, for: account, now: now))
            guard seen.access.mayChange || change.onlyWidens else {
                throw ProvisioningError(.forbidden, "image \(seen.image.name) is changed by its owner only")
            }
            var image = seen.image
            if let models = change.models { image.models = try Self.checked(models: models) }
            if let isForAnyModel = change.isForAnyModel {
                guard seen.access.mayWiden else {
                    throw ProvisioningError(.forbidden, "only an operator lets an image onto other models")
                }
                image.isForAnyModel = isForAnyModel
            }
            if let name = change.name { try Self.rename(tx, &image, to: name) }
            if let summary = change.summary {
                guard summary.unicodeScalars.count <= Self.summaryBound else {
                    throw ProvisioningError(.invalid, "a summary has \(Self.summaryBound) characters at most")
                }
                image.summary = summary
            }
            if let tags = change.tags { image.tags = try Self.checked(tags) }
            image.isProtected = change.isProtected ?? image.isProtected
            if let lifecycle = change.lifecycle { image.lifecycle = ImageLifecycle(lifecycle) }
            if let visibility = change.visibility {
                try Self.publish(tx, &image, visibility, access: seen.access, owner: account)
            }
            try tx.save(image)
            let changed = try Provisioner.require(tx.seen(image, by: account, now: now), "image", text)
            return try Self.detail(tx, of: changed, for: account, now: now)
        }
    }

    func change(
        _ text: String, revision number: Int, _ change: RevisionChange, for account: Account,
        expected: IfMatch? = nil
    ) async throws -> ImageRevision {
        let now = provisioner.clock()
        return try await provisioner.store.write { tx in
            let seen = try tx.seenImage(text, for: account, now: now)
            try expected?.check(Self.detail(tx, of: seen, for: account, now: now))
            guard seen.access.mayChange else {
                throw ProvisioningError(.forbidden, "image \(seen.image.name) is changed by its owner only")
            }
            var revision = try Provisioner.require(
                seen.revision(numbered: number), "revision of \(seen.image.name)", "\(number)")
            if let text = change.channel {
                guard seen.access.mayPublish else { throw Self.onlyAdministratorsPublish }
                let channel = ReleaseChannel(rawValue: text)
                guard channel != nil || text == "none" else {
                    throw ProvisioningError(.invalid, "'\(text)' is no channel: stable, candidate or none")
                }
                revision.channel = channel
            }
            if let lifecycle = change.lifecycle { revision.lifecycle = ImageLifecycle(lifecycle) }
            try tx.update(revision)
            return ImageRevision(revision)
        }
    }

    private static let onlyAdministratorsPublish = ProvisioningError(
        .forbidden, "only an administrator publishes, and only images of its own")

    private static func rename(_ tx: StoreTransaction, _ image: inout Image, to name: String) throws {
        guard name != image.name else { return }
        guard ResourceName.isValid(name) else {
            throw ProvisioningError(.invalid, "'\(name)' is no image name: \(ResourceName.rule)")
        }
        guard try tx.image(ownerID: image.ownerID, name: name) == nil else {
            throw ProvisioningError(.conflict, "there is an image '\(name)' already")
        }
        image.name = name
        if image.visibility == .public { try tx.requireFreePublicName(image) }
    }

    private static func publish(
        _ tx: StoreTransaction, _ image: inout Image, _ wanted: ImageVisibilityName, access: ImageAccess,
        owner: Account
    ) throws {
        guard let visibility = ImageVisibility(rawValue: wanted.rawValue) else {
            throw ProvisioningError(.invalid, "'\(wanted.rawValue)' is no visibility to set: public or private")
        }
        guard visibility != image.visibility else { return }
        guard access.mayPublish else { throw onlyAdministratorsPublish }
        if visibility == .private, let refusal = try tx.imageQuota(of: owner).refusal {
            throw ProvisioningError(.conflict, refusal)
        }
        image.visibility = visibility
        if visibility == .public { try tx.requireFreePublicName(image) }
    }

    private static func checked(models: [String]) throws -> [String] {
        let models = Set(models).sorted()
        guard models.count <= modelBound else {
            throw ProvisioningError(.invalid, "an image names \(modelBound) models at most")
        }
        if let fault = models.lazy.compactMap({ HostModel.fault(of: $0) }).first {
            throw ProvisioningError(.invalid, fault)
        }
        return models
    }

    private static func checked(_ tags: [String]) throws -> [String] {
        let tags = Set(tags).sorted()
        guard tags.count <= tagBound, tags.allSatisfy({ ResourceName.isValid($0) }) else {
            throw ProvisioningError(.invalid, "an image has \(tagBound) tags at most, each of \(ResourceName.rule)")
        }
        return tags
    }
}

extension ImageChange {
    /// Whether it says nothing but what operators may say of every image.
    fileprivate var onlyWidens: Bool {
        isForAnyModel != nil && self == ImageChange(isForAnyModel: isForAnyModel)
    }
}

extension ImageLifecycle {
    init(_ change: LifecycleChange) {
        self.init(deprecatedAt: change.deprecated?.seconds, retiredAt: change.retired?.seconds)
    }
}

extension StoreTransaction {
    /// Throws where another image than this one is public under its name.
    func requireFreePublicName(_ image: Image) throws {
        guard let other = try publicImage(named: image.name), other.id != image.id else { return }
        throw ProvisioningError(.conflict, "there is a public image '\(image.name)' already")
    }
}
