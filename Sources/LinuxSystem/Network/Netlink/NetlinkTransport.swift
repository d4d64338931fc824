/// The kernel's side of a netlink conversation; tests put recorded octets in its place.
package protocol NetlinkTransport: Sendable {
    func send(_ bytes: [UInt8]) throws(NetworkError)
    /// The next datagram.
    func receive() throws(NetworkError) -> [UInt8]
}

extension NetlinkTransport {
    /// Sends one request and collects its answers until the kernel says that it is done; an error of the kernel's is
    /// thrown with `operation` in front.
    func exchange(_ request: NetlinkMessage, _ operation: String) throws(NetworkError) -> [NetlinkMessage] {
        try send(request.encoded)
        var answers: [NetlinkMessage] = []
        while true {
            for message in try NetlinkMessage.messages(in: receive()) where message.sequence == request.sequence {
                if message.type == NetlinkMessage.done { return answers }
                if let code = message.errorCode {
                    guard code == 0 else { throw NetworkError(operation, code: code) }
                    return answers
                }
                answers.append(message)
            }
        }
    }
}
