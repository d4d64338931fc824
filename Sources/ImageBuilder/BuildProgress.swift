/// One line of a build's progress.
package enum BuildProgress: Hashable, Sendable {
    /// A step begins: its number from 1, how many there are, what it does.
    case began(number: Int, of: Int, title: String)
    /// It ended after so long.
    case ended(title: String, duration: Duration)
}
