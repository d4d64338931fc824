/// The user classes of option 77. RFC 3004 wants each preceded by its length; iPXE and many others send bare text.
package struct UserClass: Hashable, Sendable {
    /// The option's data as it came.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(_ text: String) { bytes = Array(text.utf8) }

    /// True if `name` is the whole data or one of its length-prefixed classes.
    package func holds(_ name: String) -> Bool {
        let wanted = Array(name.utf8)
        return bytes == wanted || prefixedClasses.contains(wanted)
    }

    private var prefixedClasses: [[UInt8]] {
        var classes: [[UInt8]] = []
        var rest = bytes[...]
        while let length = rest.popFirst() {
            guard length > 0, rest.count >= Int(length) else { return [] }
            classes.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return classes
    }
}

extension KnownOptions {
    /// RFC 3004.
    package static let userClass = OptionFormat<UserClass>(
        77, "user class", expected: "at least 1 octet",
        read: { $0.isEmpty ? nil : UserClass(bytes: Array($0)) }, write: { $1 += $0.bytes })
}
