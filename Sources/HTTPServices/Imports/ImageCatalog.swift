package import ImageStore
import Provisioning
import Store
import UserAPI

/// The images that are known, and their removal.
package struct ImageCatalog: Sendable {
    private let provisioner: Provisioner
    private let sweeper: ChunkSweep

    package init(provisioner: Provisioner, sweep: ChunkSweep) {
        self.provisioner = provisioner
        sweeper = sweep
    }

    func list() async throws -> [ImageSummary] {
        let revisions = try await provisioner.store.read { try $0.revisions() }
        return Dictionary(grouping: revisions, by: \.image).sorted { $0.key < $1.key }.map { name, records in
            ImageSummary(name: name, revisionCount: records.count, latest: records.last.map { ImageRevision($0) })
        }
    }

    func detail(_ name: String) async throws -> ImageDetail {
        let revisions = try await provisioner.store.read { try $0.revisions(image: name) }
        guard !revisions.isEmpty else { throw ProvisioningError(.notFound, "there is no image '\(name)'") }
        return ImageDetail(name: name, revisions: revisions.map { ImageRevision($0) })
    }

    /// Forgets an image, or one revision of it, and frees what nothing else names before it returns. Refused while a
    /// deployment may still read it.
    func remove(_ name: String, revision: Int?) async throws {
        try await provisioner.store.write { tx in
            let revisions = try tx.revisions(image: name)
            guard !revisions.isEmpty else { throw ProvisioningError(.notFound, "there is no image '\(name)'") }
            guard revision == nil || revisions.contains(where: { $0.number == revision }) else {
                throw ProvisioningError(.notFound, "image \(name) has no revision \(revision ?? 0)")
            }
            let user = try tx.deployments(in: DeploymentState.allCases.filter(\.isOpen)).first {
                $0.imageName == name && (revision == nil || $0.revision == revision)
            }
            if let user {
                throw ProvisioningError(
                    .conflict,
                    "deployment \(user.id) of \(user.imageLabel) is \(user.state.rawValue): wait for it or cancel it")
            }
            try tx.removeImage(name, revision: revision)
        }
        _ = try await sweep()
    }

    /// Removes what no revision names.
    package func sweep() async throws -> ChunkSweep.Result {
        try await sweeper.run { try await Set(provisioner.store.read { try $0.revisions().map(\.digest) }) }
    }
}
