import NetworkTypes

/// What keeps a host from getting its boot file.
extension BootCause {
    /// There is no boot file for what the host says it is.
    static let noBootFile = BootCause(code: "no-boot-file", overcomeAt: .loaded) { evidence in
        let found = evidence.attempt.last { occurrence -> (what: String, why: String)? in
            guard let record = occurrence.dhcp, let architecture = record.architecture, let why = record.noBootFile
            else { return nil }
            return (architecture.description, why)
        }
        return found.map { index, found in
            BootFinding(
                index: index, sentence: "There is no boot file for this host (\(found.what)): \(found.why).",
                advice: "Add a boot file for this architecture to the manifest of the boot files, or switch the host's "
                    + "firmware to a mode that has one.")
        }
    }

    /// The host does not take the proxy's offer up.
    static let proxyIgnored = BootCause(code: "proxy-offer-ignored", overcomeAt: .loaded) { evidence in
        guard let (last, count) = evidence.offersInVain(where: \.isProxy), evidence.attempt.hasChosenServer else {
            return nil
        }
        return BootFinding(
            index: last,
            sentence: "The host's firmware ignores the proxy's offer: it was offered to boot \(count) "
                + "times and neither asked port 4011 nor fetched the file.",
            advice: "Let the network's DHCP server name the boot file itself (next-server and file name), or let Ingot "
                + "give the addresses, too; check that UDP port 4011 is open.")
    }

    /// The host was given a file and never asks for it.
    static let unfetchedFile = BootCause(code: "boot-file-not-fetched", overcomeAt: .loaded) { evidence in
        let found = evidence.attempt.last { occurrence -> String? in
            guard case .answered(let record) = occurrence, record.type == "ACK" else { return nil }
            return record.bootFile
        }
        guard let (index, file) = found, evidence.age(of: index) >= BootCause.fetchPatience,
            !evidence.attempt.has(after: index, { $0.transferred != nil })
        else { return nil }
        return BootFinding(
            index: index, sentence: "The host was given the boot file \(file) and has not asked for it.",
            advice: "Check that nothing between host and server drops TFTP (UDP port 69 and the ports above 1024) or "
                + "the boot HTTP port.")
    }

    /// Firmware asks for its file within this time, in milliseconds.
    private static let fetchPatience: Int64 = 60_000

    /// The host asks for a file that is not served.
    static let missingFile = BootCause(code: "boot-file-missing", overcomeAt: .loaded) { evidence in
        evidence.attempt.lastTransfer { $0.ending == .missing }.map { index, transfer in
            BootFinding(
                index: index, sentence: "The host asks for \(transfer.file), which is not served.",
                advice: "Run make boot-files (and make install, where Ingot is installed) and check the manifest of "
                    + "the boot files; a name that Ingot never hands out comes from another DHCP server or from the "
                    + "host's firmware settings.")
        }
    }

    /// Full-size packets do not arrive.
    static let largeBlocks = BootCause(code: "tftp-large-blocks-stall", overcomeAt: .loaded) { evidence in
        let found = evidence.attempt.lastTransfer { transfer in
            guard transfer.service == .tftp, transfer.ending == .stalled, let size = transfer.blockSize else {
                return false
            }
            return size > 512 && transfer.bytes <= BootCause.fewBlocks * size
        }
        return found.map { index, transfer in
            BootFinding(
                index: index,
                sentence: "The transfer of \(transfer.file) stalled after \(transfer.bytes) bytes with blocks of "
                    + "\(transfer.blockSize ?? 0) bytes: large packets do not get through to the host.",
                advice: "Check the MTU of every switch port, VLAN and tunnel between server and host: each has to "
                    + "carry packets of 1500 bytes.")
        }
    }

    /// A path that carries large blocks carries more of them than this.
    private static let fewBlocks = 4

    /// The host went silent in the middle of a file, or before its first block.
    static let stalledTransfer = BootCause(code: "transfer-stalled", overcomeAt: .loaded) { evidence in
        evidence.attempt.lastTransfer { $0.ending == .stalled }.map { index, transfer in
            if transfer.blockSize == nil {
                return BootFinding(
                    index: index,
                    sentence: "The host asked for \(transfer.file) and did not answer what was sent to it.",
                    advice: "Check that nothing between server and host drops UDP packets from ports above 1024, as "
                        + "TFTP uses them, and that the host still has power and link.")
            }
            return BootFinding(
                index: index,
                sentence: "The host went silent while it fetched \(transfer.file), after \(transfer.bytes) bytes.",
                advice: "Check that the host still has power and link, and its switch port for errors.")
        }
    }

    /// The host ended its last transfer and began no other. Firmware ends one on purpose, to learn the file's size first.
    static let abortedTransfer = BootCause(code: "transfer-aborted", overcomeAt: .loaded) { evidence in
        guard let (index, transfer) = evidence.attempt.lastTransfer(where: { _ in true }), transfer.ending == .aborted,
            evidence.age(of: index) >= BootCause.fetchPatience
        else { return nil }
        let reason = transfer.detail.map { ": \($0)" } ?? ""
        return BootFinding(
            index: index,
            sentence: "The host broke off fetching \(transfer.file) after \(transfer.bytes) bytes\(reason).",
            advice: "Look at the host's console: firmware refuses a file that is too large for it, or not for it. "
                + "Offer it another loader (quirks.yaml), or switch it to HTTP Boot or another firmware mode.")
    }

    /// The server could not send a file.
    static let failedTransfer = BootCause(code: "transfer-failed", overcomeAt: .loaded) { evidence in
        evidence.attempt.lastTransfer { $0.ending == .failed }.map { index, transfer in
            BootFinding(
                index: index,
                sentence: "\(transfer.file) could not be sent to the host: \(transfer.detail ?? "no reason is known").",
                advice: "The server's log has the cause.")
        }
    }
}

extension BootAttempt {
    /// The newest transfer that fits.
    fileprivate func lastTransfer(where fits: (TransferRecord) -> Bool) -> (index: Int, value: TransferRecord)? {
        last { $0.transferred.flatMap { fits($0) ? $0 : nil } }
    }
}
