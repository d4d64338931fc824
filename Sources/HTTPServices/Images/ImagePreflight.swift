import AccessPolicy
import Preflight
import PreflightFacts
import Provisioning
import Store
import UserAPI

extension ImageCatalog {
    /// What is known of a revision, and what preflight says of it on every model, or on one host.
    func preflight(
        _ text: String, revision number: Int, host named: String?, for account: Account
    ) async throws -> PreflightReport {
        let now = provisioner.clock()
        let (image, known, hosts) = try await provisioner.store.read { tx -> (Image, RevisionExamination, [Host]) in
            let seen = try tx.seenImage(text, for: account, now: now)
            let revision = try Provisioner.require(
                seen.revision(numbered: number), "revision of \(seen.image.name)", "\(number)")
            let known = try tx.examination(of: revision)
            let hosts =
                try named.map { [try tx.requireHost($0, for: account)] }
                ?? tx.hosts().filter { account.sees($0) }
            return (seen.image, known, hosts)
        }
        let alone = PreflightCase(facts: known.facts, kernels: known.kernels)
        return PreflightReport(
            image: image.name, revision: number, facts: known.facts, findings: alone.findings,
            models: Self.verdicts(of: image, alone, on: hosts))
    }

    /// One verdict for each model. Hosts of one model may differ in firmware settings, disks and cards: the model has every
    /// finding that one of its hosts has.
    private static func verdicts(
        of image: Image, _ alone: PreflightCase, on hosts: [Host]
    ) -> [ModelVerdict] {
        let models = Dictionary(grouping: hosts.filter { $0.inventory != nil }) { host in
            host.inventory.map { HostModel(of: $0) } ?? HostModel(vendor: nil, product: nil)
        }
        return models.sorted { $0.key < $1.key }.map { model, hosts in
            var findings: [PreflightFinding] = []
            for inventory in hosts.compactMap(\.inventory) {
                findings += alone.on(HostHardware(inventory)).findings.filter { !findings.contains($0) }
            }
            return ModelVerdict(
                model: "\(model)", hosts: hosts.map(\.name).sorted(), verdict: PreflightVerdict(findings),
                findings: findings, isAllowed: image.isAllowed(on: model))
        }
    }
}
