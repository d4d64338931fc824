import NetworkTypes

/// What keeps a host from getting an address.
extension BootCause {
    /// Another machine has the address that the host was to get.
    static let addressConflict = BootCause(code: "address-conflict", overcomeAt: .addressed) { evidence in
        let found = evidence.attempt.last { occurrence -> IPv4Address? in
            if case .received(let record) = occurrence, record.type == "DECLINE" { return record.address }
            return occurrence.dhcp?.conflict
        }
        return found.map { index, address in
            BootFinding(
                index: index, sentence: "Another machine already uses \(address), the address the host was to get.",
                advice: "Find that machine (arping \(address)) and give it another address, or take \(address) out of "
                    + "the subnet's pool.")
        }
    }

    /// No address is free.
    static let poolExhausted = BootCause(code: "pool-exhausted", overcomeAt: .addressed) { evidence in
        evidence.attempt.last { $0.withoutAnswer(.poolExhausted) }.map { index, found in
            BootFinding(
                index: index, sentence: "No address is free for the host on \(found.record.network).",
                advice: "Enlarge the subnet's pools or shorten its leases; ingot leases shows who has the addresses.")
        }
    }

    /// The host asks from a network that no subnet is planned for.
    static let noSubnet = BootCause(code: "no-subnet", overcomeAt: .addressed) { evidence in
        evidence.attempt.last { $0.withoutAnswer(.noSubnet) }.map { index, found in
            BootFinding(
                index: index, sentence: "The host asks from \(found.record.network), for which there is no subnet.",
                advice: "Add the subnet to the configuration, or move the host's port to a boot network's VLAN.")
        }
    }

    /// The server could not write the lease down.
    static let leaseStore = BootCause(code: "lease-not-stored", overcomeAt: .addressed) { evidence in
        evidence.attempt.last { $0.withoutAnswer(.storeFailed) }.map { index, found in
            BootFinding(
                index: index, sentence: "The server could not store the host's lease: \(found.detail)",
                advice: "Check the disk that holds the data directory, then restart the server.")
        }
    }

    /// The server was told to be silent where another one gives addresses.
    static let networkTaken = BootCause(code: "network-taken", overcomeAt: .addressed) { evidence in
        guard evidence.attempt.isNetworkBoot else { return nil }
        return evidence.attempt.last { $0.withoutAnswer(.networkTaken) }.map { index, found in
            BootFinding(
                index: index,
                sentence: "Ingot answers nobody on interface \(found.record.interface): another DHCP server gives "
                    + "addresses there.",
                advice: "See ingot status for that server and switch it off, let Ingot answer as a proxy next to it "
                    + "(mode: proxy), or let both answer (otherServers: warn).")
        }
    }

    /// Another DHCP server answers the booting host. Beside a proxy one has to: it is in the way only with a boot file.
    static let foreignServer = BootCause(code: "another-dhcp-server", overcomeAt: .loaded) { evidence in
        guard evidence.attempt.isNetworkBoot else { return nil }
        let isProxy = evidence.attempt.isProxied
        let found = evidence.attempt.last { occurrence -> (DHCPRecord, ForeignServer)? in
            if case .foreignAnswer(let record, let server) = occurrence {
                return isProxy && record.bootFile == nil ? nil : (record, server)
            }
            // Its answer may have gone to the host alone; the host names the server that it chose over this one.
            guard evidence.attempt.isOffered, let (record, _) = occurrence.withoutAnswer(.anotherServer),
                let server = record.server
            else { return nil }
            return (record, ForeignServer(address: server, mac: nil))
        }
        return found.map { index, value in
            let (record, server) = value
            let offers = record.bootFile.map { " with the boot file \($0)" } ?? ""
            return BootFinding(
                index: index, sentence: "Another DHCP server, \(server.text), answers the host\(offers).",
                advice: isProxy
                    ? "Take the boot file out of that server's settings: next to a proxy it gives addresses only."
                    : "Switch that server off on this network, or let Ingot answer as a proxy next to it.")
        }
    }

    /// Offers were sent, and the host takes none: neither this server's address nor, beside a proxy, another server's.
    static let offerNotTaken = BootCause(code: "offer-not-taken", overcomeAt: .addressed) { evidence in
        let attempt = evidence.attempt
        guard attempt.isNetworkBoot, !attempt.hasChosenServer, let (last, count) = evidence.offersInVain() else {
            return nil
        }
        return attempt.isProxied
            ? BootFinding(
                index: last,
                sentence: "No DHCP server gives the host an address: it was offered to boot \(count) times by the "
                    + "proxy, which gives none, and asked no server for one.",
                advice: "Check that the network's DHCP server runs, reaches this network and has addresses free; or "
                    + "let Ingot give them (mode: authoritative).")
            : BootFinding(
                index: last, sentence: "The host was offered an address \(count) times and took none.",
                advice: "Check that answers reach the host: DHCP snooping must trust the server's port, a relay must "
                    + "pass answers on, and the switch port must forward early enough (spanning tree: edge port).")
    }

    /// The rules gave no answer.
    static let unanswered = BootCause(code: "not-answered", overcomeAt: .addressed) { evidence in
        // Beside a proxy, what is meant for the other server stays without an answer, as it should.
        guard !evidence.attempt.isProxied else { return nil }
        return evidence.attempt.last { $0.withoutAnswer(.rules) }.map { index, found in
            BootFinding(
                index: index, sentence: "The host's \(found.record.type) got no answer: \(found.detail)",
                advice: "If the host should boot here, compare the reason with the configuration of the subnet.")
        }
    }
}

extension DHCPRecord {
    /// The network that the message came from, as an operator knows it.
    fileprivate var network: String { relay.map { "the network of relay \($0)" } ?? "interface \(interface)" }
}
