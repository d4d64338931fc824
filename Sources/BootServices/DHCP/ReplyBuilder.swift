import BootPolicy
import DHCP
import LeasePolicy
import NetworkTypes

/// Makes the server's messages (RFC 2131 section 4.3, table 3).
struct ReplyBuilder {
    let client: ClientMessage
    let interface: DHCPInterface

    /// PXE discovery control (PXE 2.1, table 2-1): sub-option 6, "boot the file of this message, look for no server",
    /// and the end mark, without which some firmware reads on.
    private static let noDiscovery: [UInt8] = [6, 1, 8, 255]

    /// An OFFER or ACK of an address.
    func lease(_ type: MessageType, _ grant: LeaseGrant, boot: BootAnswer) -> Message {
        var reply = reply(type)
        reply.yourAddress = grant.address
        if type == .ack { reply.clientAddress = client.message.clientAddress }
        let seconds = grant.plan.leaseSeconds
        reply.options.set(KnownOptions.leaseTime, seconds)
        reply.options.set(KnownOptions.renewalTime, seconds / 2)
        reply.options.set(KnownOptions.rebindingTime, UInt32(UInt64(seconds) * 7 / 8))
        addSettings(grant.plan, hostName: grant.hostName, boot: boot, to: &reply)
        return reply
    }

    /// The ACK of an INFORM: no address, no times.
    func inform(_ plan: SubnetPlan, boot: BootAnswer) -> Message {
        var reply = reply(.ack)
        reply.clientAddress = client.message.clientAddress
        addSettings(plan, hostName: nil, boot: boot, to: &reply)
        return reply
    }

    /// An OFFER or ACK of proxyDHCP: no address, no settings of a network. Firmware takes it for the option 60 that it
    /// sent itself; iPXE wants siaddr as well.
    ///
    /// - Parameter namesFile: whether the boot file is in it. An OFFER without it leads firmware to port 4011 of
    ///   siaddr; it must not speak of discovery then, because firmware would look for a menu of servers.
    func proxy(_ type: MessageType, boot: BootAnswer, namesFile: Bool) -> Message {
        var reply = reply(type)
        if type == .ack { reply.clientAddress = client.message.clientAddress }
        let isHTTP = client.bootRequest.clientClass == .http
        reply.options.set(KnownOptions.vendorClass, isHTTP ? "HTTPClient" : "PXEClient")
        reply.nextServer = interface.address
        if namesFile {
            if !isHTTP { reply.options[.vendorSpecific] = Self.noDiscovery }
            addBoot(boot, to: &reply)
        }
        echoClient(in: &reply)
        echoRelayAgent(in: &reply)
        return reply
    }

    /// A NAK. A relay agent has to broadcast it, because the client's address is no good (RFC 2131 section 4.3.2).
    func nak(reason: String) -> Message {
        var reply = reply(.nak)
        reply.options.set(KnownOptions.message, reason)
        if !reply.relayAddress.isUnspecified { reply.wantsBroadcast = true }
        let subnet = KnownOptions.subnetSelection.code
        reply.options[subnet] = client.message.options[subnet]
        echoRelayAgent(in: &reply)
        return reply
    }

    private func reply(_ type: MessageType) -> Message {
        let request = client.message
        var reply = Message(
            operation: .bootReply, hardwareAddress: request.hardwareAddress, transactionID: request.transactionID)
        reply.hardwareType = request.hardwareType
        reply.flags = request.flags
        reply.relayAddress = request.relayAddress
        reply.options.set(KnownOptions.messageType, type)
        reply.options.set(KnownOptions.serverIdentifier, client.serverIdentifier)
        return reply
    }

    private func addSettings(_ plan: SubnetPlan, hostName: String?, boot: BootAnswer, to reply: inout Message) {
        func nonEmpty(_ list: [IPv4Address]) -> [IPv4Address]? { list.isEmpty ? nil : list }
        reply.options.set(KnownOptions.subnetMask, plan.subnet.netmask)
        reply.options.set(KnownOptions.routers, nonEmpty(plan.routers))
        reply.options.set(KnownOptions.dnsServers, nonEmpty(plan.dns))
        reply.options.set(KnownOptions.hostName, hostName)
        reply.options.set(KnownOptions.domainName, plan.domain)
        addBoot(boot, to: &reply)
        echoClient(in: &reply)
        reply.options.set(KnownOptions.interfaceMTU, plan.mtu)
        reply.options.set(KnownOptions.ntpServers, nonEmpty(plan.ntp))
        reply.options.set(KnownOptions.broadcastAddress, plan.subnet.prefixLength < 31 ? plan.subnet.broadcast : nil)
        for option in plan.options where PlainOption.reserved[option.code] == nil {
            reply.options[OptionCode(option.code)] = option.bytes
        }
        echoRelayAgent(in: &reply)
    }

    /// Both the header fields and options 66 and 67, because firmware reads the one or the other.
    private func addBoot(_ boot: BootAnswer, to reply: inout Message) {
        switch boot {
        case .tftp(let server, let file):
            reply.nextServer = server
            reply.serverName = Array("\(server)".utf8)
            addFile(file, to: &reply)
            reply.options.set(KnownOptions.tftpServerName, "\(server)")
        case .http(let url):
            reply.nextServer = interface.address
            addFile(url, to: &reply)
            if client.bootRequest.clientClass == .http { reply.options.set(KnownOptions.vendorClass, "HTTPClient") }
        case .none: break
        }
    }

    private func addFile(_ name: String, to reply: inout Message) {
        let bytes = Array(name.utf8)
        // One octet of the 128 stays for the NUL that firmware looks for.
        if bytes.count < 128 { reply.bootFile = bytes }
        reply.options.set(KnownOptions.bootFileName, name)
    }

    /// What the client sent and wants to see again: its UUID (PXE 2.1) and the subnet that it chose (RFC 3011).
    private func echoClient(in reply: inout Message) {
        for code in [KnownOptions.machineIdentifier.code, KnownOptions.subnetSelection.code] {
            guard let bytes = client.message.options[code] else { continue }
            reply.options[code] = bytes
        }
    }

    /// Goes last (RFC 3046 section 2.2).
    private func echoRelayAgent(in reply: inout Message) {
        reply.options[.relayAgentInformation] = client.message.options[.relayAgentInformation]
    }
}
