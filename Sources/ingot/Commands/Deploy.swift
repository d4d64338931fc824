import ArgumentParser
import FoundationEssentials
import UserAPI

/// `ingot deploy HOST --image IMAGE`
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Orders an image onto a host's disk.",
        discussion: """
            The host must be accepted. A waiting stage takes the order at once; otherwise boot the host from the network.
            The disk must be named by a rule where the host has several: serial=ABC, wwn=…, size>=500G, transport=nvme,
            path=…, smallest or largest; a comma means "and".
            """)

    @Argument(help: "The host's name, id or MAC address.") var host: String
    @Option(
        help: "NAME, OWNER:NAME or an id; @N for revision N, @stable or @candidate for the newest in a channel.",
        transform: ImageArgument.parse) var image: ImageArgument
    @Option(help: "Which disk to write; without it the host's only eligible disk.") var disk: String?
    @Flag(name: .customLong("allow-overwrite"), help: "Allow a disk that holds another system to be overwritten.")
    var overwrite = false
    @Flag(help: "Deploy although preflight says that the image does not fit the host. For operators.")
    var force = false
    @Option(help: "The host name of the installed system.") var hostname: String?
    @Option(help: "A file with public SSH keys, one a line, for the image's default user.") var sshKey: [String] = []
    @Option(help: "A file with cloud-init user data.") var userData: String?
    @Option(help: "A file with the network configuration (YAML); without it DHCP on the boot NIC.") var network: String?
    @Flag(help: "Follow the deployment until it ends.") var watch = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        var request = DeploymentRequest(
            host: host, image: image.image, revision: image.revision, channel: image.channel)
        request.disk = disk
        request.allowOverwrite = overwrite
        request.force = force
        request.hostname = hostname
        request.sshKeys = try sshKey.flatMap { file in
            try Self.read(file).split(whereSeparator: \.isNewline).map(String.init)
                .filter { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
        }
        request.userData = try userData.map(Self.read)
        request.network = try network.map(Self.read)
        let order = request
        try await connection.withClient { client in
            let detail: DeploymentDetail = try await client.post(APIRoute.deployments, order)
            let deployment = detail.deployment
            print("\(deployment.id): \(deployment.image) revision \(deployment.revision) for \(deployment.hostName)")
            for finding in detail.preflight { print("  \(PreflightText.line(finding))") }
            if watch { try await DeploymentFollower(client: client).follow(deployment.id) }
        }
    }

    private static func read(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8)
        else { throw CommandError("cannot read \(file) as UTF-8 text") }
        return text
    }
}
