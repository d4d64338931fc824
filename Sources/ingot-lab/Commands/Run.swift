import ArgumentParser
import Glibc
import VirtualRack

/// `ingot-lab run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a command in the rack's network, such as a server, tcpdump or ssh.",
        usage: "ingot-lab run [--rack NAME] -- COMMAND [ARGUMENT ...]")

    @OptionGroup var rack: RackOptions
    @Argument(parsing: .postTerminator, help: "The command.") var command: [String] = []

    func run() async throws {
        guard !command.isEmpty else { throw ValidationError("name the command behind --") }
        // This process becomes the command: terminal, signals and exit status are the command's own.
        var words = (["ip", "netns", "exec", try rack.open().namespaceName] + command).map { strdup($0) }
        words.append(nil)
        execvp("ip", words)
        throw ValidationError("cannot run ip: \(String(cString: strerror(errno)))")
    }
}
