import AccessPolicy
import ImageStore
import Logging
import NIOCore
import Store
import Synchronization
import UserAPI

/// Files that accounts send piece by piece: each can be gone on with after an interruption, by the client or by the server.
package final class UploadDesk: Sendable {
    private let provisioner: Provisioner
    private let directory: String
    private let limit: UInt64
    /// The uploads that something is being written to.
    private let busy = Mutex<Set<String>>([])

    /// How long an upload is kept, in seconds.
    private static let lifetime: Int64 = 7 * 86400
    /// How many uploads an account may have at once.
    private static let uploadsAtOnce = 64

    /// - Parameters:
    ///   - directory: where the files lie; it belongs to this object.
    ///   - limit: the largest upload in bytes.
    package init(provisioner: Provisioner, directory: String, limit: UInt64) {
        self.provisioner = provisioner
        self.directory = directory
        self.limit = limit
    }

    func list(for account: Account) async throws -> [UploadDetail] {
        var details: [UploadDetail] = []
        for upload in try await provisioner.store.read({ try $0.uploads(accountID: account.id) }) {
            details.append(try await detail(of: upload))
        }
        return details
    }

    func detail(_ id: String, for account: Account) async throws -> UploadDetail {
        try await detail(of: record(id, for: account))
    }

    func begin(_ request: UploadRequest, by account: Account) async throws -> UploadDetail {
        guard request.size > 0, request.size <= limit else {
            throw ProvisioningError(.invalid, "an upload has 1 to \(limit) bytes, not \(request.size)")
        }
        let upload = UploadRecord(
            id: makeID(prefix: "u"), accountID: account.id, size: request.size, createdAt: provisioner.clock())
        let limit = limit
        try await provisioner.store.write { tx in
            let others = try tx.uploads(accountID: account.id)
            guard others.count < Self.uploadsAtOnce else {
                throw ProvisioningError(
                    .conflict, "the account has \(Self.uploadsAtOnce) uploads: finish or remove some of them")
            }
            let taken = others.reduce(UInt64(0)) { $0 + min($1.size, limit) }
            guard taken + request.size <= limit else {
                throw ProvisioningError(
                    .conflict,
                    "an account's uploads have \(limit) bytes together at most, of which \(taken) are taken: finish or "
                        + "remove some of them")
            }
            try tx.insert(upload)
        }
        return try await detail(of: upload)
    }

    /// Appends what comes; it is on the medium when this returns, and what came before a body broke off, too.
    func append<Body: AsyncSequence & Sendable>(
        _ body: Body, to id: String, offset: UInt64, by account: Account
    ) async throws -> UploadDetail where Body.Element == ByteBuffer {
        try claim(id)
        defer { release(id) }
        let upload = try await record(id, for: account)
        let file = file(of: id)
        let size = try await file.size() ?? 0
        guard offset == size else {
            throw ProvisioningError(.conflict, "upload \(id) has \(size) bytes: go on there, not at \(offset)")
        }
        do {
            try await file.append(body, from: offset, limit: upload.size)
        } catch let error as ImportError {
            throw ProvisioningError(.invalid, error.description)
        }
        return try await detail(of: upload)
    }

    func remove(_ id: String, by account: Account) async throws {
        _ = try await record(id, for: account)
        try claim(id)
        defer { release(id) }
        try await forget(id)
    }

    /// The path of a whole upload of the account.
    func wholeFile(_ id: String, of account: Account) async throws -> String {
        let detail = try await detail(id, for: account)
        guard detail.offset == detail.size else {
            throw ProvisioningError(
                .conflict, "upload \(id) has \(detail.offset) of \(detail.size) bytes: send the rest first")
        }
        return path(of: id)
    }

    /// Where an upload's file is.
    func path(of id: String) -> String { directory + "/" + id }

    /// Forgets an upload that has become an image, or never will.
    func forget(_ id: String) async throws {
        try await provisioner.store.write { try $0.removeUpload(id: id) }
        try await file(of: id).remove()
    }

    /// Forgets what nobody goes on with, unless a task still needs it.
    package func removeExpired() async throws {
        let before = provisioner.clock() - Self.lifetime
        let (uploads, tasks) = try await provisioner.store.read { (try $0.uploads(), try $0.openTasks()) }
        for upload in uploads where upload.createdAt <= before {
            guard !tasks.contains(where: { $0.order.contains(upload.id) }), (try? claim(upload.id)) != nil else {
                continue
            }
            defer { release(upload.id) }
            try await forget(upload.id)
            provisioner.log.info("upload \(upload.id) is thrown away: nobody went on with it")
        }
    }

    /// Removes files that no upload has: those of a process that ended while it forgot them.
    func removeStrayFiles() async throws {
        // In this order: a file is made after its record.
        let files = try await AppendedFile.all(in: directory)
        let known = Set(try await provisioner.store.read { try $0.uploads().map(\.id) })
        for file in files where !known.contains(file.name) {
            try await file.remove()
        }
    }

    private func record(_ id: String, for account: Account) async throws -> UploadRecord {
        let upload = try await provisioner.store.read { try $0.upload(id: id) }
        guard let upload, upload.accountID == account.id else {
            throw ProvisioningError(.notFound, "there is no upload '\(id)'")
        }
        return upload
    }

    private func detail(of upload: UploadRecord) async throws -> UploadDetail {
        UploadDetail(
            id: upload.id, offset: try await file(of: upload.id).size() ?? 0, size: upload.size,
            created: Timestamp(upload.createdAt), expires: Timestamp(upload.createdAt + Self.lifetime))
    }

    private func file(of id: String) -> AppendedFile { AppendedFile(path: path(of: id)) }

    private func claim(_ id: String) throws {
        guard busy.withLock({ $0.insert(id).inserted }) else {
            throw ProvisioningError(.conflict, "something is being written to upload \(id): wait for its end")
        }
    }

    private func release(_ id: String) { busy.withLock { _ = $0.remove(id) } }
}
