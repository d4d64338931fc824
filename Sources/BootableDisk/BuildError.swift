/// Why an image could not be built, as one sentence.
package struct BuildError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
