import NetworkTypes

extension BootOccurrence {
    /// A stable name of the kind.
    package var kind: String {
        switch self {
        case .received: "dhcp-received"
        case .answered: "dhcp-answered"
        case .unanswered: "dhcp-unanswered"
        case .foreignAnswer: "dhcp-foreign"
        case .transfer: "transfer"
        case .script: "script"
        case .greeting: "greeting"
        case .phase: "phase"
        case .deploymentEnded: "deployment-ended"
        case .firstBoot: "first-boot"
        case .fallback: "fallback"
        case .parked: "parked"
        case .nameTaken: "name-taken"
        }
    }

    /// One line for an operator.
    package var text: String {
        switch self {
        case .received(let record): "asks: \(record.text)"
        case .answered(let record): "answered: \(record.text)"
        case .unanswered(let record, let reason, let detail):
            "no answer to \(record.text): \(detail.isEmpty ? reason.rawValue : detail)"
        case .foreignAnswer(let record, let server):
            "another DHCP server, \(server.text), answers: \(record.text)"
        case .transfer(let transfer): transfer.text
        case .script(let script): "script for \(script.loader.rawValue): \(script.plan.text)"
        case .greeting(let firmware, let secureBoot):
            "the stage greets, firmware \(firmware.rawValue)" + (secureBoot == true ? ", Secure Boot on" : "")
        case .phase(let deployment, let name): "deployment \(deployment): phase \(name)"
        case .deploymentEnded(let deployment, let state, let message):
            "deployment \(deployment): \(state)" + (message.map { ": \($0)" } ?? "")
        case .firstBoot(let deployment): "deployment \(deployment): the installed system calls home"
        case .fallback(let from, let to): "silent after \(from), is offered \(to)"
        case .parked(let reason): "parked: \(reason)"
        case .nameTaken(let name, let holder): "is to be called \(name), but host \(holder) has that name"
        }
    }
}

extension DHCPRecord {
    /// Type, interface and what else the message says.
    fileprivate var text: String {
        var parts = ["\(type) on \(interface)" + (port == 67 ? "" : ", port \(port)")]
        if isProxy { parts.append("by proxy") }
        if let address, !address.isUnspecified { parts.append("address \(address)") }
        if let relay { parts.append("by relay \(relay)") }
        if let server { parts.append("server \(server)") }
        if isIPXE { parts.append("iPXE") }
        if let architecture { parts.append(architecture.description) }
        if let vendorClass { parts.append("class '\(vendorClass)'") }
        if let bootFile { parts.append("boots \(bootFile)") }
        if let noBootFile { parts.append("no boot file: \(noBootFile)") }
        if let conflict { parts.append("another machine is at \(conflict)") }
        return parts.joined(separator: ", ")
    }
}

extension ForeignServer {
    /// Address and hardware address.
    var text: String { mac.map { "\(address) (\($0))" } ?? "\(address)" }
}

extension TransferRecord {
    /// File, figures and ending.
    fileprivate var text: String {
        var parts = ["\(service.rawValue) \(file): \(ending.rawValue)", "\(bytes) bytes in \(milliseconds) ms"]
        if let blockSize { parts.append("blocks of \(blockSize)") }
        if let detail { parts.append(detail) }
        return parts.joined(separator: ", ")
    }
}

extension ScriptRecord.Plan {
    fileprivate var text: String {
        switch self {
        case .stage: "the stage"
        case .localDisk: "its own disk"
        case .failure: "none, its own disk instead"
        }
    }
}
