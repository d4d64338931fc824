import AccessPolicy
import FoundationEssentials
import Provisioning
import Store
import UserAPI

/// Takes orders of exports.
struct ExportDesk: Sendable {
    let provisioner: Provisioner
    let tasks: TaskService
    let credentials: CredentialDesk

    private static let keyBound = 900

    func order(_ request: ExportRequest, by account: Account) async throws -> TaskDetail {
        guard let format = ExportOrder.Format(rawValue: request.format) else {
            let names = ExportOrder.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw ProvisioningError(.invalid, "'\(request.format)' is no export format: \(names)")
        }
        guard Self.isBucket(request.bucket) else {
            throw ProvisioningError(
                .invalid, "'\(request.bucket)' is no bucket: 3 to 63 lower-case letters, digits, dots and hyphens")
        }
        let prefix = request.prefix ?? ""
        guard prefix.utf8.count <= Self.keyBound, !prefix.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            !prefix.hasPrefix("/")
        else {
            throw ProvisioningError(
                .invalid, "a prefix has \(Self.keyBound) characters at most and does not begin with a slash")
        }
        try await credentials.require(request.credential, of: account)
        let now = provisioner.clock()
        let (image, revision) = try await provisioner.store.read { tx -> (Image, Int) in
            let seen = try tx.seenImage(request.image, for: account, now: now)
            guard seen.access.mayCopy else {
                throw ProvisioningError(.forbidden, "image \(seen.image.name) is not yours to take away")
            }
            return (seen.image, try seen.copyableRevision(number: request.revision).number)
        }
        let order = ExportOrder(
            imageID: image.id, revision: revision, format: format, credential: request.credential,
            bucket: request.bucket, base: "\(prefix)\(image.name)-\(revision)", chunkPrefix: "\(prefix)chunks/")
        let task = TaskRecord(
            id: makeID(prefix: "task"), kind: .export, accountID: account.id, imageName: image.name,
            subject: "s3://\(order.bucket)/\(order.diskKey ?? order.manifestKey)",
            order: String(decoding: try JSONEncoder().encode(order), as: UTF8.self), createdAt: now)
        return try await tasks.submit(task) { _ in }
    }

    static func isBucket(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
            } && name.utf8.first != 0x2D && name.utf8.first != 0x2E
    }
}
