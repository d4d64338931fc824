package import LinuxSystem

/// The global variables of UEFI firmware. Calls block.
package protocol FirmwareVariables: Sendable {
    func names() throws(DiskError) -> [String]
    /// A variable's value; nil if there is none.
    func read(_ name: String) throws(DiskError) -> [UInt8]?
    func write(_ name: String, _ value: [UInt8]) throws(DiskError)
    func remove(_ name: String) throws(DiskError)
}

extension EFIVariableFiles: FirmwareVariables {}
