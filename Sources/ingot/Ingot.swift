import ArgumentParser

/// The server and its command line.
@main
struct Ingot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingot",
        abstract: "Boots bare-metal hosts from the network and puts images onto their disks, with proof.",
        version: serverVersion,
        subcommands: [
            Serve.self, HostCommand.self, ModelCommand.self, ImageCommand.self, ShareCommand.self, TaskCommand.self,
            CredentialCommand.self, RegionCommand.self, Deploy.self, DeploymentCommand.self,
            AccountCommand.self, TokenCommand.self, UsageCommand.self, AuditCommand.self, Leases.self,
            ReservationCommand.self, Reload.self, Status.self, Backup.self, Restore.self, KeysCommand.self,
            OpenAPI.self, Simulate.self,
        ])
}

/// The version of this program.
let serverVersion = "0.1.0"
