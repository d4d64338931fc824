import ArgumentParser
import UserAPI

extension HostCommand {
    /// `ingot host why`
    struct Why: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what a host is doing, or what keeps it from booting and what to do about it.",
            discussion: "The exit status is 0 only for a host that is doing well.")
        @Argument(help: "The host's name, id or MAC address; a MAC address that is no host yet will do.")
        var host: String
        @Option(help: "How many of the newest events to show.") var lines = 10
        @OptionGroup var connection: ConnectionOptions

        func validate() throws {
            guard (0...500).contains(lines) else { throw ValidationError("--lines is a number from 0 to 500") }
        }

        func run() async throws {
            let diagnosis = try await connection.withClient { client in
                let diagnosis: HostDiagnosis = try await client.get(APIRoute.diagnosis(host))
                print(Terminal.printable(diagnosis.sentence))
                print(Terminal.printable(diagnosis.advice))
                print("(\(Terminal.printable(diagnosis.code)))")
                if lines > 0 {
                    let page: Page<TimelineEntry> = try await client.get(APIRoute.timeline(host, limit: lines))
                    if !page.items.isEmpty { print() }
                    Timeline.show(page.items)
                }
                return diagnosis
            }
            if diagnosis.isTrouble { throw ExitCode.failure }
        }
    }
}
