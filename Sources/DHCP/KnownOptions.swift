/// Every option format that this module knows; a new one is one member in `Options` and one line here.
package enum KnownOptions {
    package static let all: [any AnyOptionFormat] = [
        subnetMask, requestedAddress, serverIdentifier,
        broadcastAddress, subnetSelection,
        routers, dnsServers, ntpServers,
        hostName, domainName, message,
        vendorClass, tftpServerName, bootFileName,
        leaseTime, renewalTime, rebindingTime,
        messageType,
        parameterRequestList,
        maximumMessageSize, interfaceMTU,
        userClass,
        clientArchitecture, networkInterface, machineIdentifier,
        relayAgentInformation,
    ]
}
