import Glibc

/// Finds the addresses of hosts, once for each hop of a download: what was checked is what is connected to.
package protocol HostResolving: Sendable {
    /// Every address of a host. Blocks.
    func addresses(of host: String) throws(ImportError) -> [NetworkAddress]
}

/// Asks the system.
package struct SystemResolver: HostResolving {
    package init() {}

    package func addresses(of host: String) throws(ImportError) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw .download("the host '\(host)' has no address: \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(list) }
        var addresses: [NetworkAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap({ NetworkAddress($0) }), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}
