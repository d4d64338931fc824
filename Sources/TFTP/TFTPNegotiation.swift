extension TFTPSettings {
    /// Answers the options of a read request (RFC 2347, 2348, 2349, 7440).
    ///
    /// Sizes above the limits are clamped, as the RFCs let a server do; unknown options and a `timeout` that is out of
    /// range are left unacknowledged, which tells the client that they do not hold.
    /// - Parameter size: octets of the file.
    /// - Throws: error 8 for a value that cannot be answered with a smaller one, and for an option that came twice.
    package init(options: [TFTPOption], size: Int, limits: TFTPLimits) throws(TFTPError) {
        self.init()
        var seen: Set<String> = []
        for option in options {
            let name = option.name.lowercased()
            guard seen.insert(name).inserted else {
                throw TFTPError(.optionNegotiation, "option \(name) came twice")
            }
            switch name {
            case TFTPOption.blockSize:
                blockSize = min(try option.number(atLeast: 8), limits.blockSize)
                acknowledged.append(TFTPOption(name, "\(blockSize)"))
            case TFTPOption.windowSize:
                windowSize = min(try option.number(atLeast: 1), limits.windowSize)
                acknowledged.append(TFTPOption(name, "\(windowSize)"))
            case TFTPOption.transferSize:
                _ = try option.number(atLeast: 0)
                acknowledged.append(TFTPOption(name, "\(size)"))
            case TFTPOption.timeout:
                let seconds = try option.number(atLeast: 0)
                guard (1...limits.timeout).contains(seconds) else { continue }
                timeout = seconds
                acknowledged.append(TFTPOption(name, "\(seconds)"))
            default: continue
            }
        }
    }
}

extension TFTPOption {
    /// The value as a decimal number; error 8 where it is none or below `minimum`.
    fileprivate func number(atLeast minimum: Int) throws(TFTPError) -> Int {
        let isDecimal = !value.isEmpty && value.utf8.allSatisfy { (48...57).contains($0) }
        guard isDecimal, let number = Int(value), number >= minimum else {
            throw TFTPError(.optionNegotiation, "option \(name): expected a number from \(minimum) up")
        }
        return number
    }
}
