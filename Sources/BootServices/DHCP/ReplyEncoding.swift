import DHCP
import NIOCore

extension Message {
    /// The message's octets within `maximumSize`. Where the options are too many, the last ones are left out: they
    /// stand in the order of their weight. `left` names them.
    func encoded(maximumSize: Int) throws(DHCPError) -> (bytes: ByteBuffer, left: [OptionCode]) {
        var message = self
        var left: [OptionCode] = []
        while true {
            var buffer = ByteBuffer()
            do {
                try buffer.writeDHCPMessage(message, maximumSize: maximumSize)
                return (buffer, left)
            } catch {
                guard error.option != nil, let last = message.lastOptional else { throw error }
                message.options[last] = nil
                left.append(last)
            }
        }
    }

    private var lastOptional: OptionCode? {
        let needed: Set<OptionCode> = [
            .relayAgentInformation, KnownOptions.messageType.code, KnownOptions.serverIdentifier.code,
            KnownOptions.leaseTime.code, KnownOptions.subnetMask.code,
        ]
        return options.elements.last { !needed.contains($0.code) }?.code
    }
}
