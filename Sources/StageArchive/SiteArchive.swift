import AgentProtocol
package import ImageFormat

/// The second initramfs archive: what makes the generic stage one of this installation. It holds nothing secret.
package enum SiteArchive {
    /// The archive's bytes, uncompressed.
    /// - Parameters:
    ///   - trustedKeys: the keys whose orders and manifests the stage accepts.
    ///   - caPEM: the installation's CA certificate in PEM.
    package static func bytes(trustedKeys: TrustedKeys, caPEM: String) -> [UInt8] {
        var writer = CPIOWriter()
        var directories: Set<String> = []
        for (path, text) in [(StageFile.trustedKeys, trustedKeys.text), (StageFile.certificateAuthority, caPEM)] {
            let relative = path.drop { $0 == "/" }
            for directory in parents(of: relative) where directories.insert(directory).inserted {
                writer.add(.directory(directory))
            }
            writer.add(.file(String(relative), content: Array(text.utf8)))
        }
        return writer.finish()
    }

    /// `etc`, `etc/ingot` for `etc/ingot/ca.pem`.
    private static func parents(of path: Substring) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }
}
