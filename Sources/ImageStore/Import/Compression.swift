/// How an image is packed.
package enum Compression: String, Hashable, Sendable, CaseIterable {
    case none
    case gz
    case xz
    case zst
}
