package import AccessPolicy
import FoundationEssentials
import ImageStore
import Logging
import Provisioning
import Signing
import Store
package import UserAPI

/// Takes orders of imports.
package struct ImportDesk: Sendable {
    let provisioner: Provisioner
    let tasks: TaskService
    let uploads: UploadDesk
    let credentials: CredentialDesk
    let regions: RegionDesk

    /// Takes an import of a URL, an upload, or a file on this machine, which only administrators may name.
    package func order(_ request: ImageImportRequest, by account: Account) async throws -> TaskDetail {
        guard ResourceName.isValid(request.name) else {
            throw ProvisioningError(.invalid, "'\(request.name)' is no image name: \(ResourceName.rule)")
        }
        var order = try ImportOrder(request)
        guard order.channel == nil || account.role == .administrator else {
            throw ProvisioningError(.forbidden, "only an administrator publishes")
        }
        switch order.source {
        case .file:
            guard account.role == .administrator else {
                throw ProvisioningError(.forbidden, "only an administrator imports files of the server: upload yours")
            }
        case .upload(let id): _ = try await uploads.wholeFile(id, of: account)
        case .object: try await credentials.require(order.credential ?? "", of: account)
        case .region(let key, _):
            guard try await regions.region(signingWith: key) != nil else {
                throw ProvisioningError(
                    .conflict, "no region that is known here signs with key \(key): `ingot region add` it first")
            }
        case .url: break
        }
        let now = provisioner.clock()
        let id = makeID(prefix: "task")
        order.sealedTicket = try request.ticket.map { try regions.secrets.seal($0, context: ImportOrder.context(id)) }
        let task = TaskRecord(
            id: id, kind: .imageImport, accountID: account.id, imageName: request.name,
            subject: ShownURL(request.source).description,
            order: String(decoding: try JSONEncoder().encode(order), as: UTF8.self),
            createdAt: now)
        let isPublished = order.channel != nil
        return try await tasks.submit(task) { tx in
            if let newest = request.after { try tx.require(newest: newest, of: request.name, accountID: account.id) }
            let image = try tx.ownImage(named: request.name, accountID: account.id, now: now)
            if isPublished { try tx.requireFreePublicName(image) }
        }
    }
}

extension StoreTransaction {
    /// Throws unless `newest` is the account's newest revision of this name, 0 for none, and no other one is being made.
    fileprivate func require(newest: Int, of name: String, accountID: String) throws {
        let making = try openTasks(accountID: accountID).first { $0.kind == .imageImport && $0.imageName == name }
        if let making {
            throw ProvisioningError(
                .conflict, "\(making.id) makes a revision of \(name) already: try again when it has ended")
        }
        let image = try image(ownerID: accountID, name: name)
        let found = try image.flatMap { try revisions(imageID: $0.id).last?.number } ?? 0
        guard found == newest else {
            throw ProvisioningError(
                .conflict, "the newest revision of \(name) is \(found) by now, not \(newest): look again")
        }
    }

    /// The account's image of this name. A new one takes its place in the quota here, so that requests that come together
    /// cannot exceed it, and is not there for anybody until it has a revision.
    func ownImage(named name: String, accountID: String, now: Int64) throws -> Image {
        if let image = try image(ownerID: accountID, name: name) { return image }
        guard let account = try account(id: accountID) else {
            throw ProvisioningError(.unauthorized, "the account was removed")
        }
        if let refusal = try imageQuota(of: account).refusal { throw ProvisioningError(.conflict, refusal) }
        let image = Image(id: makeID(prefix: "im"), ownerID: account.id, name: name, createdAt: now)
        try save(image)
        return image
    }
}
