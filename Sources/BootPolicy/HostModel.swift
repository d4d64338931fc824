/// Hosts of one hardware kind, as SMBIOS names it.
package struct HostModel: Hashable, Sendable {
    package var vendor: String
    package var product: String

    package init(vendor: String, product: String) {
        self.vendor = vendor
        self.product = product
    }
}
