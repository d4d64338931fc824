import ArgumentParser
import FoundationEssentials
import ReservationFiles
import UserAPI

/// `ingot reservation import`
struct ReservationImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Reserves all addresses that a file names.",
        discussion: """
            The formats: `csv`, whose header names the columns mac, address and hostname in any order; `kea`, the \
            configuration of Kea's DHCPv4 server; `dnsmasq`, its configuration or a file of its dhcp-hostsfile option. \
            Every line that cannot be used is told with its reason, and nothing is imported then.
            """)

    @Argument(help: "The file.") var file: String
    @Option(help: "csv, kea or dnsmasq.", transform: Self.readFormat) var format: ReservationFileFormat
    @Flag(help: "Only check the file; nothing is imported.") var dryRun = false
    @Flag(help: "Import what can be used, and leave out the rest.") var skipInvalid = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: file) else { throw CommandError("cannot read \(file)") }
        let read = format.parse(String(decoding: data, as: UTF8.self))
        // The server still looks at the rest where lines are wrong, so that all that is wrong is told at once.
        let isDry = dryRun || !(read.refusals.isEmpty || skipInvalid)
        let request = ReservationImportRequest(
            reservations: read.entries.map {
                ReservationRequest(mac: $0.mac, address: $0.address, hostName: $0.hostName)
            },
            skipInvalid: skipInvalid, dryRun: isDry)
        let result: ReservationImportResult = try await connection.withClient {
            try await $0.post(APIRoute.reservationImport, request)
        }
        let refused = result.refused.compactMap { refusal in
            read.entries.indices.contains(refusal.index)
                ? ReservationFile.Refusal(line: read.entries[refusal.index].line, reason: refusal.reason) : nil
        }
        let wrong = (read.refusals + refused).sorted { $0.line < $1.line }
        for refusal in wrong { print("\(file):\(refusal.line): \(refusal.reason)") }
        try conclude(result, wrong: wrong.count)
    }

    @Sendable private static func readFormat(_ text: String) throws -> ReservationFileFormat {
        guard let format = ReservationFileFormat(rawValue: text) else {
            let formats = ReservationFileFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is no format, expected one of: \(formats)")
        }
        return format
    }

    private func conclude(_ result: ReservationImportResult, wrong: Int) throws {
        guard wrong == 0 || skipInvalid else {
            throw CommandError("nothing is imported: \(wrong) lines cannot be used; --skip-invalid leaves them out")
        }
        let verb = dryRun ? "would be added" : "added"
        print("\(result.added) reservations \(verb), \(result.unchanged) there already, \(wrong) left out")
    }
}
