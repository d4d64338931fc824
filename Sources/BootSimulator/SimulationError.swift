/// Why a simulation cannot run, or what a simulated host met instead of the ending that is listed for it.
package struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
