package import AccessPolicy
import AgentProtocol
import NetworkTypes
package import Provisioning
package import Store

/// What an account orders.
package struct DeploymentOrder: Sendable {
    /// An id, a name or a MAC address.
    package var host: String
    /// An `ImageReference`.
    package var image: String
    /// nil: the newest.
    package var revision: Int?
    /// nil: what `SeenImage.revision` takes.
    package var channel: ReleaseChannel?
    /// The text form of a `DiskRule`; empty for "the only eligible disk".
    package var diskRule: String
    /// Whether a disk that holds a foreign system may be overwritten.
    package var mayOverwrite: Bool
    /// Whether the image is deployed although preflight says that it does not fit; operators only.
    package var isForced: Bool
    /// The JSON text of the installed system's settings.
    package var settings: String

    package init(
        host: String, image: String, revision: Int?, channel: ReleaseChannel? = nil, diskRule: String,
        mayOverwrite: Bool, isForced: Bool = false, settings: String
    ) {
        self.host = host
        self.image = image
        self.revision = revision
        self.channel = channel
        self.diskRule = diskRule
        self.mayOverwrite = mayOverwrite
        self.isForced = isForced
        self.settings = settings
    }
}

/// What is done about a host.
struct HostDeed: Sendable {
    var isAccepted = false
    var name: String?
    var isProtected: Bool?
    /// The account that may deploy it; empty: none.
    var account: String?
    var isUnparked = false
}

extension Provisioner {
    /// Takes an order: this revision onto one disk of this host. Refused while another deployment of the host is
    /// active, for hosts that nobody accepted and for protected ones; the disk rule is resolved at once where the
    /// host's inventory is known.
    package func order(_ order: DeploymentOrder, by account: Account) async throws -> Deployment {
        let now = clock()
        return try await store.write { tx in
            let host = try tx.requireHost(order.host, for: account)
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
            let seen = try tx.seenImage(order.image, for: account, now: now)
            guard seen.access.mayDeploy else {
                throw ProvisioningError(
                    .forbidden,
                    "image \(seen.image.name) is not yours to deploy: its owner shares it, and you accept the share")
            }
            let revision = try seen.revision(number: order.revision, channel: order.channel, now: now)
            let disk = try Self.chooseDisk(host: host, order: order)
            var deployment = Deployment(
                id: makeID(prefix: "d"), hostID: host.id, accountID: account.id, imageID: seen.image.id,
                imageName: seen.image.name, revision: revision.number, manifest: revision.digest,
                diskRule: order.diskRule,
                mayOverwrite: try order.mayOverwrite || Self.wroteItself(tx, disk: disk, host: host), disk: disk,
                nonce: BearerSecret().text, createdAt: now, expiresAt: now + Self.orderLifetime)
            let findings = try tx.preflight(seen.image, revision, on: host, disk: disk)
            let isOverridden = try Self.override(findings, order, seen.image, host, by: account)
            deployment.preflight = findings
            do {
                try seeds.check(settings: order.settings, host: host)
            } catch {
                throw ProvisioningError(.invalid, "\(error)")
            }
            try tx.insert(deployment, settings: order.settings)
            try Self.noteProgress(tx, hostID: host.id)
            let isDeprecated =
                seen.image.lifecycle.isDeprecated(now: now) || revision.lifecycle?.isDeprecated(now: now) == true
            try tx.appendLog(
                deploymentID: deployment.id, attempt: 0,
                lines: ["ordered by \(account.name): \(deployment.imageLabel) for \(host.name)"]
                    + (isDeprecated ? ["\(deployment.imageLabel) is deprecated: plan for a newer one"] : [])
                    + (isOverridden ? ["\(account.name) deploys it although it does not fit"] : [])
                    + findings.map { "preflight: \($0)" },
                at: now)
            return deployment
        }
    }

    /// Cancels a deployment that is not committed yet.
    package func cancel(deploymentID: String, by account: Account) async throws -> Deployment {
        let now = clock()
        return try await store.write { tx in
            let deployment = try tx.requireDeployment(deploymentID, for: account)
            return try cancel(tx, deployment, reason: "by \(account.name)", now: now)
        }
    }

    @discardableResult
    func cancel(
        _ tx: StoreTransaction, _ deployment: Deployment, reason: String, now: Int64
    ) throws -> Deployment {
        var deployment = deployment
        do {
            try deployment.cancel(now: now)
        } catch {
            throw ProvisioningError(.conflict, "\(error)")
        }
        try tx.update(deployment)
        try noteEnd(tx, of: deployment)
        try tx.appendLog(
            deploymentID: deployment.id, attempt: deployment.attempt, lines: ["cancelled: \(reason)"], at: now)
        return deployment
    }

    /// Cancels the orders of an account that no host has begun.
    func cancelOrders(_ tx: StoreTransaction, of account: Account, reason: String, now: Int64) throws {
        for deployment in try tx.deployments(in: [.waiting]) where deployment.accountID == account.id {
            try cancel(tx, deployment, reason: reason, now: now)
        }
    }

    /// Accepts a discovered host, and names it if `name` is given.
    package func accept(host text: String, name: String?) async throws -> Host {
        try await changeHost(text, HostDeed(isAccepted: true, name: name))
    }

    /// Sets or lifts a host's protection. A host with an active deployment cannot be protected.
    package func protect(host text: String, isProtected: Bool) async throws -> Host {
        try await changeHost(text, HostDeed(isProtected: isProtected))
    }

    /// Assigns a host to an account, by name or id, or to none. A host with an open order stays where it is.
    package func assign(host text: String, to named: String) async throws -> Host {
        try await changeHost(text, HostDeed(account: named))
    }

    /// Does several things about a host at once, or none of them.
    /// - Parameter expecting: throws where the host is not what the change was meant for.
    func changeHost(
        _ text: String, _ deed: HostDeed,
        expecting: @Sendable @escaping (StoreTransaction, Host) throws -> Void = { _, _ in }
    ) async throws -> Host {
        try await store.write { tx in
            var host = try Self.require(tx.host(matching: text), "host", text)
            try expecting(tx, host)
            if let name = deed.name { try Self.rename(tx, &host, to: name) }
            if deed.isAccepted || deed.name != nil, host.standing == .discovered { host.standing = .accepted }
            if let isProtected = deed.isProtected { try Self.protect(tx, &host, isProtected) }
            if let account = deed.account { try Self.assign(tx, &host, to: account) }
            try tx.save(host)
            if deed.isUnparked { try tx.changeBootLoop(hostID: host.id) { $0.unpark() } }
            try Self.noteProgress(tx, hostID: host.id)
            return host
        }
    }

    private static func rename(_ tx: StoreTransaction, _ host: inout Host, to name: String) throws {
        guard isValid(hostName: name) else {
            throw ProvisioningError(
                .invalid, "'\(name)' is no host name: 1 to 63 letters, digits and hyphens (RFC 1123)")
        }
        if let other = try tx.host(named: name), other.id != host.id {
            throw ProvisioningError(.conflict, "another host is named \(name) already")
        }
        host.name = name
    }

    private static func protect(_ tx: StoreTransaction, _ host: inout Host, _ isProtected: Bool) throws {
        if isProtected, let last = try tx.newestDeployment(hostID: host.id), last.state.isOpen {
            throw ProvisioningError(.conflict, "deployment \(last.id) is \(last.state.rawValue): cancel it first")
        }
        host.isProtected = isProtected
    }

    /// Gives a host to another account, or to none. An open order would put the former account's image on it.
    private static func assign(_ tx: StoreTransaction, _ host: inout Host, to named: String) throws {
        let accountID: String? = named.isEmpty ? nil : try require(tx.account(matching: named), "account", named).id
        guard accountID != host.accountID else { return }
        if let last = try tx.newestDeployment(hostID: host.id), last.state.isOpen {
            throw ProvisioningError(.conflict, "deployment \(last.id) is \(last.state.rawValue): cancel it first")
        }
        host.accountID = accountID
    }

    /// Forgets a host that has no active deployment. It is discovered anew when it boots from the network again.
    package func remove(
        host text: String, expecting: @Sendable @escaping (StoreTransaction, Host) throws -> Void = { _, _ in }
    ) async throws {
        try await store.write { tx in
            let host = try Self.require(tx.host(matching: text), "host", text)
            try expecting(tx, host)
            guard !host.isProtected else {
                throw ProvisioningError(.conflict, "host \(host.name) is protected")
            }
            if let last = try tx.newestDeployment(hostID: host.id), last.state.isActive {
                throw ProvisioningError(.conflict, "deployment \(last.id) is \(last.state.rawValue): cancel it first")
            }
            try tx.removeHost(id: host.id)
        }
    }

    static func require<T>(_ value: T?, _ kind: String, _ text: String) throws -> T {
        guard let value else { throw ProvisioningError(.notFound, "there is no \(kind) '\(text)'") }
        return value
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

    private static func isValid(hostName: String) -> Bool {
        let allowed = hostName.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        return allowed && (1...63).contains(hostName.utf8.count) && !hostName.hasPrefix("-") && !hostName.hasSuffix("-")
    }
}
