import ArgumentParser
import FoundationEssentials
import VirtualRack

/// What the demo is made of; all of it is built before.
struct DemoParts: ParsableArguments {
    @Option(help: "The server and command line, `ingot`.") var ingot: String
    @Option(help: "The directory of boot files.") var bootFiles: String
    @Option(help: "The directory of boot script templates.") var scripts: String
    @Option(help: "The directory of the stage: vmlinuz and initramfs.") var stage: String
    @Option(help: "The disk image to deploy.") var image: String
    @Option(help: "Its format: raw or qcow2.") var format = DiskFileFormat.raw
    @Option(help: "The name it gets.") var imageName = "debian-12"
    @Option(help: "The user of the installed system.") var user = "debian"

    /// Throws where something is missing, and names it.
    func check() throws {
        for path in [ingot, bootFiles, scripts, stage, image] where !FileManager.default.fileExists(atPath: path) {
            throw ValidationError("\(path) does not exist: build it first")
        }
    }
}

extension DiskFileFormat: ExpressibleByArgument {}
