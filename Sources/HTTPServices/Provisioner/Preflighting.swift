import AccessPolicy
import AgentProtocol
import Preflight
import PreflightFacts
import Provisioning
import Store
import UserAPI

/// Preflight before an order: what can be told before the host boots. The stage checks again before its first write.
extension Provisioner {
    /// Whether an order goes on although the image does not fit. Throws where it does not, and nobody may say otherwise.
    static func override(
        _ findings: [PreflightFinding], _ order: DeploymentOrder, _ image: Image, _ host: Host, by account: Account
    ) throws -> Bool {
        guard !order.isForced || account.role == .administrator || account.role == .operator else {
            throw ProvisioningError(.forbidden, "only an operator deploys an image that does not fit")
        }
        let reasons = findings.filter { $0.severity == .doesNotFit }
        guard !reasons.isEmpty, !order.isForced else { return !reasons.isEmpty }
        throw ProvisioningError(
            .conflict,
            "image \(image.name) does not fit host \(host.name): \(reasons.map(\.description).joined(separator: "; "))")
    }
}

extension StoreTransaction {
    /// What preflight says of a revision on a host. Throws where the image is bound to other models.
    /// - Parameter disk: nil: any that may be written.
    func preflight(
        _ image: Image, _ revision: RevisionRecord, on host: Host, disk: Disk?
    ) throws -> [PreflightFinding] {
        guard let inventory = host.inventory else { return [] }
        let model = HostModel(of: inventory)
        guard image.isAllowed(on: model) else {
            throw ProvisioningError(
                .conflict,
                "image \(image.name) is bound to \(image.models?.joined(separator: ", ") ?? ""), host \(host.name) is of "
                    + "model \(model): its owner names that, too, or an operator says "
                    + "`ingot image change \(image.name) --any-model`")
        }
        let known = try examination(of: revision)
        return PreflightCase(
            facts: known.facts, kernels: known.kernels, host: HostHardware(inventory, name: host.name, disk: disk)
        ).findings
    }

    /// What is known of a revision.
    func examination(of revision: RevisionRecord) throws -> RevisionExamination {
        if let known = try examination(imageID: revision.imageID, revision: revision.number) { return known }
        let reason = "an older version of Ingot imported it, which did not look"
        return RevisionExamination(
            facts: ImageFacts(
                firmware: FirmwareFacts(modes: revision.firmware), sectorSize: revision.sectorSize,
                diskSize: revision.diskSize, unexamined: [UnexaminedPart(subject: "the disk", reason: reason)]),
            kernels: [])
    }
}

extension Image {
    /// Whether it may be deployed onto hosts of a model.
    func isAllowed(on model: HostModel) -> Bool {
        guard let models, !models.isEmpty, isForAnyModel != true else { return true }
        return models.contains { model.fits($0) }
    }
}
