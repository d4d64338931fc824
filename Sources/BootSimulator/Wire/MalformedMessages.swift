/// Messages that no server may answer.
package enum MalformedMessages {
    /// One of each sort, made from a good DISCOVER.
    package static func all(from good: HostMessage) -> [[UInt8]] {
        let whole = good.encoded
        var longAddress = whole
        longAddress[2] = 17
        var otherCookie = whole
        otherCookie[239] = 0
        var farEnd = good
        // Option 61 claims more octets than the message has.
        farEnd.options += [61, 250, 1]
        var shortAddress = good
        shortAddress.add(50, [10, 0, 0])
        var wrongOverload = good
        wrongOverload.add(52, [7])
        return [
            longAddress, otherCookie, farEnd.encoded, shortAddress.encoded, wrongOverload.encoded,
            Array(whole[..<239]), Array(whole[..<(240 + good.options.count)]),
        ]
    }
}
