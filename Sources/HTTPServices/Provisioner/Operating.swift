import AgentProtocol
import NetworkTypes
package import Provisioning
import Store

/// What an operator orders.
package struct DeploymentOrder: Sendable {
    /// An id, a name or a MAC address.
    package var host: String
    package var image: String
    /// nil: the newest.
    package var revision: Int?
    /// The text form of a `DiskRule`; empty for "the only eligible disk".
    package var diskRule: String
    /// Whether a disk that holds a foreign system may be overwritten.
    package var mayOverwrite: Bool
    /// The JSON text of the installed system's settings.
    package var settings: String

    package init(
        host: String, image: String, revision: Int?, diskRule: String, mayOverwrite: Bool, settings: String
    ) {
        self.host = host
        self.image = image
        self.revision = revision
        self.diskRule = diskRule
        self.mayOverwrite = mayOverwrite
        self.settings = settings
    }
}

extension Provisioner {
    /// Takes an order: this revision onto one disk of this host. Refused while another deployment of the host is
    /// active, for hosts that nobody accepted and for protected ones; the disk rule is resolved at once where the
    /// host's inventory is known.
    package func order(_ order: DeploymentOrder) async throws -> Deployment {
        let now = clock()
        return try await store.write { tx in
            let host = try Self.require(tx.host(matching: order.host), "host", order.host)
            guard host.standing != .discovered else {
                throw ProvisioningError(
                    .conflict, "host \(host.name) was never accepted: `ingot host accept \(host.name)`")
            }
            guard !host.isProtected else {
                throw ProvisioningError(
                    .conflict, "host \(host.name) is protected: `ingot host protect --off \(host.name)` first")
            }
            if let parking = try tx.bootLoop(hostID: host.id).parking {
                throw ProvisioningError(
                    .conflict, "host \(host.name) is parked: \(parking.reason); `ingot host unpark \(host.name)` first")
            }
            if let last = try tx.newestDeployment(hostID: host.id), last.state.isActive {
                throw ProvisioningError(
                    .conflict,
                    "host \(host.name) has deployment \(last.id), which is \(last.state.rawValue): cancel it first")
            }
            let revision = try Self.revision(tx, image: order.image, number: order.revision)
            let disk = try Self.chooseDisk(host: host, order: order)
            let deployment = Deployment(
                id: makeID(prefix: "d"), hostID: host.id, imageName: revision.image, revision: revision.number,
                manifest: revision.digest, diskRule: order.diskRule,
                mayOverwrite: try order.mayOverwrite || Self.wroteItself(tx, disk: disk, host: host), disk: disk,
                nonce: BearerSecret().text, createdAt: now, expiresAt: now + Self.orderLifetime)
            try Self.checkFit(revision, disk: disk, host: host)
            do {
                try seeds.check(settings: order.settings, host: host)
            } catch {
                throw ProvisioningError(.invalid, "\(error)")
            }
            try tx.insert(deployment, settings: order.settings)
            try Self.noteProgress(tx, hostID: host.id)
            try tx.appendLog(
                deploymentID: deployment.id, attempt: 0, lines: ["ordered: \(deployment.imageLabel) for \(host.name)"],
                at: now)
            return deployment
        }
    }

    /// Cancels a deployment that is not committed yet.
    package func cancel(deploymentID: String) async throws -> Deployment {
        let now = clock()
        return try await store.write { tx in
            var deployment = try Self.require(tx.deployment(id: deploymentID), "deployment", deploymentID)
            do {
                try deployment.cancel(now: now)
            } catch {
                throw ProvisioningError(.conflict, "\(error)")
            }
            try tx.update(deployment)
            try noteEnd(tx, of: deployment)
            try tx.appendLog(
                deploymentID: deployment.id, attempt: deployment.attempt, lines: ["cancelled by an operator"], at: now)
            return deployment
        }
    }

    /// Accepts a discovered host, and names it if `name` is given.
    package func accept(host text: String, name: String?) async throws -> Host {
        try await changeHost(text) { tx, host in
            if let name {
                guard Self.isValid(hostName: name) else {
                    throw ProvisioningError(
                        .invalid, "'\(name)' is no host name: 1 to 63 letters, digits and hyphens (RFC 1123)")
                }
                if let other = try tx.host(named: name), other.id != host.id {
                    throw ProvisioningError(.conflict, "another host is named \(name) already")
                }
                host.name = name
            }
            if host.standing == .discovered { host.standing = .accepted }
        }
    }

    /// Sets or lifts a host's protection. A host with an active deployment cannot be protected.
    package func protect(host text: String, isProtected: Bool) async throws -> Host {
        try await changeHost(text) { tx, host in
            if isProtected, let last = try tx.newestDeployment(hostID: host.id), last.state.isOpen {
                throw ProvisioningError(.conflict, "deployment \(last.id) is \(last.state.rawValue): cancel it first")
            }
            host.isProtected = isProtected
        }
    }

    /// Forgets a host that has no active deployment. It is discovered anew when it boots from the network again.
    package func remove(host text: String) async throws {
        try await store.write { tx in
            let host = try Self.require(tx.host(matching: text), "host", text)
            guard !host.isProtected else {
                throw ProvisioningError(.conflict, "host \(host.name) is protected")
            }
            if let last = try tx.newestDeployment(hostID: host.id), last.state.isActive {
                throw ProvisioningError(.conflict, "deployment \(last.id) is \(last.state.rawValue): cancel it first")
            }
            try tx.removeHost(id: host.id)
        }
    }

    private func changeHost(
        _ text: String, _ change: @Sendable @escaping (StoreTransaction, inout Host) throws -> Void
    ) async throws -> Host {
        try await store.write { tx in
            var host = try Self.require(tx.host(matching: text), "host", text)
            try change(tx, &host)
            try tx.save(host)
            try Self.noteProgress(tx, hostID: host.id)
            return host
        }
    }

    static func require<T>(_ value: T?, _ kind: String, _ text: String) throws -> T {
        guard let value else { throw ProvisioningError(.notFound, "there is no \(kind) '\(text)'") }
        return value
    }

    private static func revision(_ tx: StoreTransaction, image: String, number: Int?) throws -> RevisionRecord {
        let revisions = try tx.revisions(image: image)
        guard let newest = revisions.last else { throw ProvisioningError(.notFound, "there is no image '\(image)'") }
        guard let number else { return newest }
        return try require(revisions.first { $0.number == number }, "revision of \(image)", "\(number)")
    }

    private static func chooseDisk(host: Host, order: DeploymentOrder) throws -> Disk? {
        do {
            let rule = try DiskRule(order.diskRule)
            return try host.inventory.map { try rule.select(from: $0.disks).get() }
        } catch {
            throw ProvisioningError(.conflict, "host \(host.name): \(error)")
        }
    }

    /// True if what the disk holds is what this server put there: nothing foreign, so it may be replaced.
    private static func wroteItself(_ tx: StoreTransaction, disk: Disk?, host: Host) throws -> Bool {
        guard let disk, host.standing == .deployed else { return false }
        let last = try tx.deployments(hostID: host.id, limit: 100).first { $0.committedAt != nil }
        guard let written = last?.disk else { return false }
        return DiskBinding(of: written, mayOverwrite: false).matches(disk)
    }

    /// What can be told before the host boots; the stage checks again before its first write.
    private static func checkFit(_ revision: RevisionRecord, disk: Disk?, host: Host) throws {
        if let disk {
            guard disk.sectorSize == revision.sectorSize else {
                throw ProvisioningError(
                    .conflict,
                    "the image counts in sectors of \(revision.sectorSize) bytes, disk \(disk.identity) in "
                        + "\(disk.sectorSize)")
            }
            guard disk.size >= revision.diskSize else {
                throw ProvisioningError(
                    .conflict, "the image needs \(revision.diskSize) bytes, disk \(disk.identity) has \(disk.size)")
            }
        }
        if let mode = host.inventory?.firmware, !revision.firmware.contains(mode.rawValue) {
            throw ProvisioningError(
                .conflict,
                "host \(host.name) boots in \(mode.rawValue) mode, the image only in "
                    + revision.firmware.joined(separator: ", "))
        }
    }

    private static func isValid(hostName: String) -> Bool {
        let allowed = hostName.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        return allowed && (1...63).contains(hostName.utf8.count) && !hostName.hasPrefix("-") && !hostName.hasSuffix("-")
    }
}
