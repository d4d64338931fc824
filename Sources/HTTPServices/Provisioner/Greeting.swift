package import AgentProtocol
import BootTimeline
import FoundationEssentials
import Logging
import NetworkTypes
import Provisioning
package import Store

extension Provisioner {
    /// A stage presents its boot token. The first valid greeting of a host voids every other token and session of it,
    /// and opens the next attempt of its open order. A greeting by which two boards would be one host parks that host.
    /// - Parameter serverURL: the base URL that the stage reached us at, for the installed system's call home.
    package func greet(_ greeting: Greeting, bootToken: String, serverURL: String) async throws -> Welcome {
        let now = clock()
        let secret = BearerSecret()
        let hash = BearerSecret.hash(bootToken)
        guard greeting.protocolVersion == Order.currentProtocolVersion else {
            throw ProvisioningError(
                .invalid,
                "the stage speaks protocol version \(greeting.protocolVersion), this server version "
                    + "\(Order.currentProtocolVersion): build the stage again")
        }
        try greeting.checkBounds()
        let assignment = try await store.write { tx -> Result<Assignment, ProvisioningError> in
            guard let token = try tx.bootToken(hash: hash), token.expiresAt > now else {
                throw ProvisioningError(.unauthorized, "the boot token is unknown, used or expired")
            }
            guard token.mac == greeting.bootMAC else {
                throw ProvisioningError(.forbidden, "the boot token was given to another host")
            }
            let host: Host
            do {
                host = try findHost(tx, greeting: greeting, token: token, now: now)
            } catch let clash as IdentityClash {
                // Thrown on, it would take the parking back.
                try park(tx, clash, now: now)
                return .failure(clash.refusal)
            }
            try tx.voidTokens(hostID: host.id, macs: host.macs)
            try tx.changeBootLoop(hostID: host.id) { $0.greet(now: now) }
            let inventory = greeting.inventory
            observe(greeting.bootMAC, .greeting(firmware: inventory.firmware, secureBoot: inventory.secureBoot))
            var session = SessionRecord(
                hash: secret.hash, hostID: host.id, bootID: greeting.bootID, bootMAC: greeting.bootMAC,
                deploymentID: nil, attempt: nil, createdAt: now)
            let assignment = try assign(tx, host: host, session: &session, serverURL: serverURL, now: now)
            try tx.save(session)
            return .success(assignment)
        }.get()
        return Welcome(sessionToken: secret.text, assignment: assignment, serverTime: now)
    }

    /// A waiting stage asks again. Where it is not needed any more, such as on a host that an operator let go on, it is
    /// to reboot into the host's own disk.
    package func assignment(_ session: SessionRecord, serverURL: String) async throws -> Assignment {
        let now = clock()
        return try await store.write { tx in
            guard var current = try tx.session(hash: session.hash), let host = try tx.host(id: current.hostID) else {
                throw ProvisioningError(.unauthorized, "the session is void")
            }
            guard current.deploymentID == nil else {
                return .reboot(reason: "this stage has carried out its order")
            }
            let isParked = try Self.parkingReason(tx, of: host) != nil
            guard try isParked || Self.startsStage(host: host, newest: tx.newestDeployment(hostID: host.id)) else {
                return .reboot(reason: "host \(host.name) starts its own disk")
            }
            let assignment = try assign(tx, host: host, session: &current, serverURL: serverURL, now: now)
            try tx.save(current)
            return assignment
        }
    }

    /// The session behind a bearer token.
    package func session(token: String) async throws -> SessionRecord {
        let hash = BearerSecret.hash(token)
        guard let session = try await store.read({ try $0.session(hash: hash) }) else {
            throw ProvisioningError(.unauthorized, "the session token is unknown or void")
        }
        return session
    }

    /// How many MAC addresses one host may have; beyond them it has those of its newest greeting.
    private static let macBound = 256
    /// How many hosts may wait to be accepted.
    private static let discoveredBound = 4096
    /// As many places are made at a time: for that, every host is read.
    private static let placesAtOnce = 64

    /// Makes room for a new host, so that nobody who invents hosts can fill the disk: of those that nobody accepted,
    /// the ones that were silent longest are forgotten.
    private func makeRoom(_ tx: StoreTransaction) throws {
        let count = try tx.hostCount()
        guard count >= Self.discoveredBound, count.isMultiple(of: Self.placesAtOnce) else { return }
        let forgotten = try tx.forgetDiscoveredHosts(beyond: Self.discoveredBound - Self.placesAtOnce)
        guard forgotten > 0 else { return }
        log.warning("\(forgotten) hosts are forgotten: more than \(Self.discoveredBound) wait to be accepted")
    }

    /// The host that greets: the one the token is bound to, or the one with this UUID or MAC, or a new one.
    private func findHost(
        _ tx: StoreTransaction, greeting: Greeting, token: BootTokenRecord, now: Int64
    ) throws -> Host {
        let inventory = greeting.inventory
        let known: Host?
        if let id = token.hostID {
            known = try tx.host(id: id)
        } else {
            let byMAC = try tx.host(mac: greeting.bootMAC)
            known = try byMAC ?? inventory.identifyingUUID.flatMap { try tx.host(systemUUID: $0) }
            // Some vendors give all boards one UUID: without a MAC address in common, the serial numbers decide.
            if byMAC == nil, let host = known, host.serial != inventory.serial {
                throw IdentityClash(
                    hosts: [host], reason: "the board with the boot NIC \(greeting.bootMAC) has the same system UUID",
                    refusal: ProvisioningError(
                        .conflict,
                        "host \(host.name) has the same system UUID, but another serial number and other MAC "
                            + "addresses: give one of the two boards a UUID of its own, or remove host \(host.name)"))
            }
        }
        var host =
            known
            ?? Host(
                id: makeID(prefix: "h"), name: Host.madeName(for: greeting.bootMAC), systemUUID: nil, serial: nil,
                macs: [], standing: .discovered, isProtected: false, inventory: nil, firstSeen: now, lastSeen: now)
        guard host.isPlausible(inventory, bootMAC: greeting.bootMAC) else {
            let refusal = ProvisioningError(
                .forbidden,
                "the greeting does not fit host \(host.name): its system UUID is "
                    + "\(host.systemUUID.map(\.description) ?? "unknown"), its serial number "
                    + "\(host.serial ?? "unknown") and its boot NIC \(greeting.bootMAC)")
            guard !host.isSameBoard(inventory) else { throw refusal }
            let reason = "a board with another system UUID or serial number boots from its NIC \(greeting.bootMAC)"
            throw IdentityClash(hosts: [host], reason: reason, refusal: refusal)
        }
        for nic in inventory.nics {
            if let other = try tx.host(mac: nic.mac), other.id != host.id {
                throw IdentityClash(
                    hosts: [other] + (known.map { [$0] } ?? []), reason: "MAC address \(nic.mac) is on two boards",
                    refusal: ProvisioningError(
                        .conflict,
                        "MAC address \(nic.mac) belongs to host \(other.name) already: remove one of the two"))
            }
        }
        if known == nil { try makeRoom(tx) }
        host.update(from: inventory, now: now)
        if host.macs.count > Self.macBound { host.macs = Set(inventory.nics.map(\.mac)).sorted() }
        try takePlacedName(tx, host: &host, mac: greeting.bootMAC)
        try tx.save(host)
        return host
    }

    /// What the stage of `host` is to do; opens an attempt where an order is open, unless the host is parked.
    private func assign(
        _ tx: StoreTransaction, host: Host, session: inout SessionRecord, serverURL: String, now: Int64
    ) throws -> Assignment {
        guard let inventory = host.inventory, !host.isProtected else {
            return .reboot(reason: "host \(host.name) is protected")
        }
        if let reason = try Self.parkingReason(tx, of: host) {
            return .wait(reason: reason, retryAfter: Self.askAgain)
        }
        let newest = try tx.newestDeployment(hostID: host.id)
        guard var deployment = newest, deployment.state.isOpen else { return waiting(host, after: newest) }
        defer { log.info("deployment \(deployment.id) of \(host.name) is \(deployment.state.rawValue)") }
        if deployment.expireIfDue(now: now) {
            try noteOverdue(tx, deployment, now: now)
            return waiting(host, after: deployment)
        }
        switch try deployment.open(inventory: inventory, bootID: session.bootID, now: now) {
        case .ended(let failure):
            try tx.update(deployment)
            try noteEnd(tx, of: deployment, mac: session.bootMAC)
            try tx.appendLog(
                deploymentID: deployment.id, attempt: failure.attempt,
                lines: ["\(deployment.state.rawValue): \(failure.message)"], at: now)
            return .wait(reason: "nothing is written: \(failure.message)", retryAfter: Self.askAgain)
        case .proceed(let disk):
            let order = try signableOrder(
                tx, for: deployment, host: host, disk: disk, bootMAC: session.bootMAC, serverURL: serverURL, now: now)
            try tx.update(deployment)
            try tx.appendLog(
                deploymentID: deployment.id, attempt: deployment.attempt,
                lines: [
                    "attempt \(deployment.attempt) of \(deployment.maximumAttempts) opened: \(deployment.imageLabel) "
                        + "onto \(disk.name) (\(disk.identity))"
                ], at: now)
            session.deploymentID = deployment.id
            session.attempt = deployment.attempt
            return .deploy(try documents.sign(document: Array(JSONEncoder().encode(order))))
        }
    }

    private func signableOrder(
        _ tx: StoreTransaction, for deployment: Deployment, host: Host, disk: Disk, bootMAC: MACAddress,
        serverURL: String, now: Int64
    ) throws -> Order {
        let settings = try Self.require(tx.settings(deploymentID: deployment.id), "deployment", deployment.id)
        let seed = try seeds.seed(
            settings: settings, deployment: deployment, host: host, bootMAC: bootMAC, serverURL: serverURL)
        return Order(
            for: deployment, host: host, disk: disk, files: seed.files, links: seed.links, now: now)
    }

    private func waiting(_ host: Host, after last: Deployment?) -> Assignment {
        let ended = last.map { last in
            let cause = last.failure.map { ": \($0.message)" } ?? ""
            return "; deployment \(last.id) is \(last.state.rawValue)\(cause)"
        }
        let reason =
            switch host.standing {
            case .discovered: "host \(host.name) waits to be accepted"
            case .accepted, .deployed: "host \(host.name) has no order" + (ended ?? "")
            }
        return .wait(reason: reason, retryAfter: Self.askAgain)
    }
}

extension Provisioner {
    /// The deployment that the stage with this session token carries out, if its attempt is the newest.
    func runningDeployment(sessionToken: String) async throws -> Deployment {
        let hash = BearerSecret.hash(sessionToken)
        return try await store.read { tx in
            guard let session = try tx.session(hash: hash) else {
                throw ProvisioningError(.unauthorized, "the session token is unknown or void")
            }
            guard let id = session.deploymentID, let deployment = try tx.deployment(id: id),
                deployment.state == .running, deployment.attempt == session.attempt
            else { throw ProvisioningError(.forbidden, "this stage has no running order") }
            return deployment
        }
    }
}
