/// Why a boot file cannot be read.
package struct BootFileError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ root: String, _ name: String, _ reason: String) {
        description = """
            boot file \(name) below \(root): \(reason); `make stage` makes boot files and stage in the checkout, \
            `make install` installs them
            """
    }
}
