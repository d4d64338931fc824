/// Every option format that this module knows; a new one is one member in `Options` and one line here.
package enum KnownOptions {
    package static let all: [any AnyOptionFormat] = [
        OptionFormat.subnetMask, OptionFormat.requestedAddress, OptionFormat.serverIdentifier,
        OptionFormat.broadcastAddress, OptionFormat.subnetSelection,
        OptionFormat.routers, OptionFormat.dnsServers, OptionFormat.ntpServers,
        OptionFormat.hostName, OptionFormat.domainName, OptionFormat.message,
        OptionFormat.vendorClass, OptionFormat.tftpServerName, OptionFormat.bootFileName,
        OptionFormat.leaseTime, OptionFormat.renewalTime, OptionFormat.rebindingTime,
        OptionFormat.messageType,
        OptionFormat.parameterRequestList,
        OptionFormat.maximumMessageSize, OptionFormat.interfaceMTU,
        OptionFormat.userClass,
        OptionFormat.clientArchitecture, OptionFormat.networkInterface, OptionFormat.machineIdentifier,
        OptionFormat.relayAgentInformation,
    ]
}
