/// Orders a deployment: POST `/api/v1/deployments`. The answer is a `DeploymentDetail`. A key that is not one of these is
/// refused: a misspelt `disk` must not turn into "any disk".
package struct DeploymentRequest: Codable, Hashable, Sendable {
    /// The id, name or a MAC address of the host.
    package var host: String
    /// The image: `NAME`, `OWNER:NAME` or its id.
    package var image: String
    /// The newest one if absent; of a public image the newest one that is stable.
    package var revision: Int?
    /// `stable` or `candidate`: the newest revision of a public image in this channel.
    package var channel: String?
    /// The text form of a `DiskRule`; "the only eligible disk" if absent.
    package var disk: String?
    /// Whether a disk that holds a foreign system may be overwritten; false if absent.
    package var allowOverwrite: Bool
    /// Whether the image is deployed although preflight says that it does not fit; operators only; false if absent.
    package var force: Bool
    package var hostname: String?
    /// Lines as in `authorized_keys`.
    package var sshKeys: [String]
    /// For cloud-init, verbatim.
    package var userData: String?
    /// The network configuration as YAML text; DHCP on the boot NIC if absent.
    package var network: String?

    package init(
        host: String, image: String, revision: Int? = nil, channel: String? = nil, disk: String? = nil,
        allowOverwrite: Bool = false, force: Bool = false,
        hostname: String? = nil, sshKeys: [String] = [], userData: String? = nil, network: String? = nil
    ) {
        self.host = host
        self.image = image
        self.revision = revision
        self.channel = channel
        self.disk = disk
        self.allowOverwrite = allowOverwrite
        self.force = force
        self.hostname = hostname
        self.sshKeys = sshKeys
        self.userData = userData
        self.network = network
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case host, image, revision, channel, disk, allowOverwrite, force, hostname, sshKeys, userData, network
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decode(String.self, forKey: .host)
        image = try container.decode(String.self, forKey: .image)
        revision = try container.decodeIfPresent(Int.self, forKey: .revision)
        channel = try container.decodeIfPresent(String.self, forKey: .channel)
        disk = try container.decodeIfPresent(String.self, forKey: .disk)
        allowOverwrite = try container.decodeIfPresent(Bool.self, forKey: .allowOverwrite) ?? false
        force = try container.decodeIfPresent(Bool.self, forKey: .force) ?? false
        hostname = try container.decodeIfPresent(String.self, forKey: .hostname)
        sshKeys = try container.decodeIfPresent([String].self, forKey: .sshKeys) ?? []
        userData = try container.decodeIfPresent(String.self, forKey: .userData)
        network = try container.decodeIfPresent(String.self, forKey: .network)
    }
}
