/// Counts what was fetched, written and proven.
package struct WriteTally: Hashable, Sendable {
    /// Bytes fetched, in their compressed form.
    package var fetched: UInt64 = 0
    /// Plain bytes written, holes included.
    package var written: UInt64 = 0
    /// Bytes that were right already.
    package var skipped: UInt64 = 0
    /// Bytes read back and compared.
    package var verified: UInt64 = 0

    package init() {}
}
