import AccessPolicy
import HTTPTypes
import Hummingbird
import ImageFormat
import ImageStore
import Logging
import NIOCore
import Provisioning
import Store
import UserAPI

/// `/api/v1/regions`, `/api/v1/copies`, and what other regions ask for: `/api/v1/keys`, `/manifests` and `/chunks`.
struct RegionRoutes: Sendable {
    let provisioner: Provisioner
    let regions: RegionDesk
    let copies: CopyDesk
    let chunks: any ChunkStore
    let manifests: any ManifestStore
    let keys: @Sendable () -> InstallationKeyList

    /// As much of a chunk is handed over at once, in bytes.
    private static let pieceSize = 64 << 10
    /// How often it is asked whether an account still may have the chunk that it receives, in seconds.
    private static let leaveInterval: Int64 = 20

    func add(to routes: OperationRoutes) {
        routes.on(.listRegions) { request, _, account in
            try await jsonResponse(request.page(regions.list(for: account), by: \.id, orderedBy: \.name))
        }
        routes.on(.addRegion) { request, context, account in
            let wanted = try await request.json(RegionRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(asked { try await regions.add(wanted, by: account) }, status: .created)
        }
        routes.on(.removeRegion) { _, context, _ in
            try await regions.remove(context.requiredParameter("region"))
            return Response(status: .noContent)
        }
        routes.on(.saveRegionToken) { request, context, account in
            let wanted = try await request.json(RegionTokenRequest.self, limit: context.maxUploadSize)
            let region = try context.requiredParameter("region")
            return try await jsonResponse(
                asked { try await regions.saveToken(wanted.token, region: region, by: account) })
        }
        routes.on(.createCopy) { request, context, account in
            let order = try await request.json(CopyRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(copies.order(order, by: account), status: .accepted)
        }
        routes.on(.showKeys) { _, _, _ in try jsonResponse(keys()) }
        routes.on(.showManifest) { _, context, account in
            let digest = try Self.digest(context)
            try await require(manifest: digest, context, account)
            guard let document = try await manifests.read(digest) else { throw Self.notThere("manifest", digest) }
            return try jsonResponse(document)
        }
        routes.on(.showChunk) { _, context, account in
            let digest = try Self.digest(context)
            try await require(chunk: digest, context, account)
            let frame = try await frame(of: digest, context)
            let body = ResponseBody(contentLength: frame.readableBytes) { writer in
                try await send(frame, to: &writer) { try await require(chunk: digest, context, account) }
            }
            return Response(status: .ok, headers: [.contentType: "application/zstd"], body: body)
        }
    }

    /// Asking again does not mend a damaged chunk: whoever asks is told that there is none.
    private func frame(of digest: ChunkDigest, _ context: IngotContext) async throws -> ByteBuffer {
        do {
            return try await chunks.verifiedFrame(of: digest)
        } catch is MissingChunk {
            throw Self.notThere("chunk", digest)
        } catch let damage as DamagedChunk {
            context.logger.error("\(damage)")
            throw ProvisioningError(
                .notFound,
                "the chunk \(digest) in the image store is damaged: an administrator mends it with "
                    + "`ingot image fsck --repair`")
        }
    }

    /// Sends a chunk for as long as its receiver may have it, however slow the line is: what is left is not sent else, and the
    /// connection ends.
    private func send(
        _ frame: ByteBuffer, to writer: inout any ResponseBodyWriter, requireLeave: () async throws -> Void
    ) async throws {
        var rest = frame
        var asked = provisioner.clock()
        while let piece = rest.readSlice(length: min(Self.pieceSize, rest.readableBytes)), piece.readableBytes > 0 {
            if provisioner.clock() - asked >= Self.leaveInterval {
                try await requireLeave()
                asked = provisioner.clock()
            }
            try await writer.write(piece)
        }
        try await writer.finish(nil)
    }

    /// What another region refused is the fault of what was asked for.
    private func asked<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let refusal as RegionClient.Refusal {
            throw ProvisioningError(.conflict, refusal.description)
        }
    }

    private func require(manifest: ChunkDigest, _ context: IngotContext, _ account: Account) async throws {
        if let ticket = context.ticket, ticket != manifest { throw Self.notThere("manifest", manifest) }
        let now = provisioner.clock()
        let seen = try await provisioner.store.read { tx in
            try tx.revisions(digest: manifest).compactMap { revision in
                try tx.seenImage(holding: revision.key, for: account, now: now).map { ($0, revision) }
            }
        }
        guard let first = seen.first else { throw Self.notThere("manifest", manifest) }
        guard seen.contains(where: { image, revision in image.mayCopy(revision) }) else {
            throw ProvisioningError(
                .forbidden, "image \(first.0.image.name) is there for you to be deployed, not to be copied")
        }
    }

    private func require(chunk: ChunkDigest, _ context: IngotContext, _ account: Account) async throws {
        if let ticket = context.ticket {
            let isNamed = try await provisioner.store.read { try $0.isNamed(chunk: chunk, by: ticket) }
            guard isNamed else { throw Self.notThere("chunk", chunk) }
        }
        guard try await provisioner.readable([chunk], accountID: account.id).contains(chunk) else {
            throw Self.notThere("chunk", chunk)
        }
    }

    private static func notThere(_ what: String, _ digest: ChunkDigest) -> ProvisioningError {
        ProvisioningError(.notFound, "there is no \(what) \(digest)")
    }

    private static func digest(_ context: IngotContext) throws -> ChunkDigest {
        guard let digest = ChunkDigest(try context.requiredParameter("digest")) else {
            throw HTTPError(.badRequest, message: "a digest is 64 lower-case hexadecimal digits")
        }
        return digest
    }
}
