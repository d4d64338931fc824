import ArgumentParser
import PreflightFacts
import UserAPI

extension ImageCommand {
    struct Preflight: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells what an image holds, and which hosts it fits, before anything is written.")
        @Argument(
            help: "NAME, OWNER:NAME or an id; @N for revision N, @stable or @candidate, else the newest.",
            transform: ImageArgument.parse)
        var name: ImageArgument
        @Option(help: "Only on this host: its name, id or MAC address.") var host: String?
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let report: PreflightReport = try await connection.withClient { client in
                let detail: ImageDetail = try await client.get(APIRoute.image(name.image))
                let revision = try name.revision(of: detail)
                return try await client.get(APIRoute.preflight(revision.number, of: detail.image.id, host: host))
            }
            print("\(report.image) revision \(report.revision)")
            for line in PreflightText.facts(report.facts) { print("  \(line)") }
            for finding in report.findings { print("  \(PreflightText.line(finding))") }
            for model in report.models {
                let bound = model.isAllowed ? "" : ", but the image is bound to other models"
                print("\(model.model) (\(model.hosts.joined(separator: ", "))): \(model.verdict.text)\(bound)")
                for finding in model.findings where !report.findings.contains(finding) {
                    print("  \(PreflightText.line(finding))")
                }
            }
            let isUnfit = report.models.contains { $0.verdict == .doesNotFit || !$0.isAllowed }
            if host != nil && isUnfit { throw ExitCode(1) }
        }
    }
}

/// What commands print of preflights.
enum PreflightText {
    /// `warning: …`
    static func line(_ finding: PreflightFinding) -> String {
        "\(finding.severity == .warning ? "warning" : "does not fit"): \(finding)"
    }

    /// One line: how many models a revision fits, and what is to be said of it whatever the model.
    static func outline(_ report: PreflightReport) -> String {
        let usable = report.models.filter { $0.verdict != .doesNotFit && $0.isAllowed }.count
        let models = report.models.isEmpty ? "no model is known" : "fits \(usable) of \(report.models.count) models"
        return ([models] + report.findings.map(\.code)).joined(separator: ", ")
    }

    static func facts(_ facts: ImageFacts) -> [String] {
        let signature = facts.firmware.isLoaderSigned.map { $0 ? ", signed loader" : ", unsigned loader" } ?? ""
        var lines = [
            "firmware   \(facts.firmware.modes.joined(separator: ", "))\(signature)",
            "disk       \(Terminal.bytes(facts.diskSize)) at least, sectors of \(facts.sectorSize) bytes",
        ]
        if let root = facts.root {
            let growth = root.isLast ? root.growTool.map { "grows by \($0)" } : nil
            lines.append("root       \(root.fileSystem), \(growth ?? "cannot grow")")
        }
        guard let system = facts.system else { return lines }
        for kernel in system.kernels {
            let modules = kernel.moduleCount.map { ", \($0) modules in \(kernel.initramfs ?? "its initramfs")" } ?? ""
            lines.append("kernel     \(kernel.version)\(modules)")
        }
        if let cloudInit = system.cloudInit {
            let sources = cloudInit.datasources.map { ", datasources \($0.joined(separator: ", "))" } ?? ""
            lines.append("cloud-init \(cloudInit.version ?? "of unknown version")\(sources)")
        }
        return lines
    }
}
