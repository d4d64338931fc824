/// What went wrong in a rack, where, and what to do about it.
package struct RackError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
