package import AgentProtocol
import ImageFormat
import LinuxSystem
import NetworkTypes

/// Makes the firmware start the installed system: a boot entry directly behind the network's in UEFI mode; in BIOS mode
/// the disk's own first sector does it, which `commit` writes.
package struct BootloaderPhase: Phase {
    package let name = PhaseName.bootloader
    /// Opens the firmware's variables; efivarfs but in tests.
    private let variables: @Sendable () throws -> any FirmwareVariables

    package init(
        variables: @escaping @Sendable () throws -> any FirmwareVariables = { try EFIVariableFiles() }
    ) {
        self.variables = variables
    }

    package func run(_ deployment: DeploymentContext) async throws {
        switch deployment.inventory.firmware {
        case .bios: try checkBootSector(deployment)
        case .uefi: try await makeEntry(deployment)
        }
    }

    private func checkBootSector(_ deployment: DeploymentContext) throws {
        let code = try deployment.tableArea.bootSector(size: Self.bootCodeSize)
        guard code.contains(where: { $0 != 0 }) else {
            throw PhaseFailure(.imageUnfit, "the image's first sector holds no boot code: it cannot start in BIOS mode")
        }
    }

    /// The octets of a master boot record before the disk's signature.
    private static let bootCodeSize = 440

    private func makeEntry(_ deployment: DeploymentContext) async throws {
        guard let partition = try deployment.efiSystemPartition else {
            throw PhaseFailure(.imageUnfit, "the image has no EFI system partition: it cannot start in UEFI mode")
        }
        let os = try deployment.manifest.os
        let loader = try await deployment.withMounted(partition, readOnly: true) {
            try BootLoader(on: RootTree($0), os: os)
        }
        let option = try loader.option(on: partition)
        let open = variables
        do {
            let line = try await deployment.blocking {
                try BootEntry(option: option, variables: open()).install()
            }
            deployment.log("\(line): \(loader.path)")
        } catch {
            guard loader.hasFallback else {
                throw PhaseFailure(
                    .firmwareRefused, "the firmware takes no boot entry, and the image has no fallback loader: \(error)"
                )
            }
            deployment.log(
                "warning: the firmware takes no boot entry (\(error)); it will find the fallback loader by itself, "
                    + "or the network sends the host to its disk")
        }
    }
}

extension FailureCode {
    /// The firmware did not take a boot entry, and the disk does not boot without one.
    package static let firmwareRefused = FailureCode(rawValue: "firmware-refused")
}
