/// The formats of disk images that can be imported.
package enum DiskImageFormat: String, Hashable, Sendable, CaseIterable {
    case raw
    case qcow2
}
