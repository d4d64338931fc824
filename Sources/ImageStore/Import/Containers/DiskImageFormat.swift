/// The formats of disk images that can be imported.
package enum DiskImageFormat: Hashable, Sendable {
    case raw
    case container(ContainerFormat)
    /// A tar archive of a root file system, which becomes a disk.
    case tar

    package static let qcow2 = DiskImageFormat.container(.qcow2)
    package static let vmdk = DiskImageFormat.container(.vmdk)
    package static let vhd = DiskImageFormat.container(.vhd)
    package static let vhdx = DiskImageFormat.container(.vhdx)

    package static let all: [DiskImageFormat] = [.raw] + ContainerFormat.allCases.map { .container($0) } + [.tar]

    /// Takes the name that users give it: `raw`, `qcow2`, ...
    package init?(name: String) {
        guard let format = Self.all.first(where: { $0.name == name }) else { return nil }
        self = format
    }

    package var name: String {
        switch self {
        case .raw: "raw"
        case .container(let format): format.rawValue
        case .tar: "tar"
        }
    }
}
