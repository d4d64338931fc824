import AgentProtocol
import HTTPServices
import HTTPTypes
import ImageFormat
import NetworkTypes
import PreflightFacts
import Provisioning
import Store
import Testing
import UserAPI

/// Verdicts before anything is written, through the API.
struct PreflightTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    private static let virtioDisk = ["virtio:d00000002v00001AF4", "pci:v00001AF4d00001042sv0sd0bc01sc00i00"]
    private static let sataDisk = ["scsi:t-0x00", "pci:v00008086d00002922sv0sd0bc01sc06i01"]

    /// A kernel whose initramfs holds virtio's drivers and no others.
    private static let examination = RevisionExamination(
        facts: ImageFacts(
            firmware: FirmwareFacts(modes: ["bios", "uefi"]), sectorSize: 512, diskSize: 1 << 20,
            system: SystemFacts(
                hasEtc: true, kernels: [KernelFacts(version: "6.1")], cloudInit: CloudInitFacts(version: "22.4"),
                hasMachineID: true)),
        kernels: [
            KernelDrivers(
                version: "6.1",
                drivers: [
                    DriverFacts(name: "ahci", aliases: ["pci:v*d*sv*sd*bc01sc06i01*"]),
                    DriverFacts(name: "sd_mod", aliases: ["scsi:t-0x00*"]),
                    DriverFacts(name: "virtio_blk", aliases: ["virtio:d00000002v*"]),
                    DriverFacts(name: "virtio_pci", aliases: ["pci:v00001AF4d*"]),
                ], builtin: [], knowsBuiltinAliases: true, initramfs: ["virtio_blk", "virtio_pci"])
        ])

    /// The image `debian-12` with what was found in it.
    private func addImage() async throws {
        _ = try await server.addImage()
        try await server.store.write { try $0.save(Self.examination, imageID: "im-debian-12", revision: 1) }
    }

    /// Accepts a host of a model, called `name`.
    private func addHost(
        _ name: String, _ mac: MACAddress, product: String, aliases: [String]?, account: String? = nil,
        disk change: (inout Disk) -> Void = { _ in }
    ) async throws {
        var disk = Installation.disk(serial: "D-\(name)")
        disk.modaliases = aliases
        change(&disk)
        var inventory = Installation.inventory(mac: mac, disks: [disk])
        inventory.vendor = "Acme"
        inventory.product = product
        _ = try await server.greet(Greeting(bootID: "boot-\(name)", bootMAC: mac, inventory: inventory))
        _ = try await server.provisioner.accept(host: mac.description, name: name)
        if let account { _ = try await server.provisioner.assign(host: name, to: account) }
    }

    private func addHosts(account: String? = nil) async throws {
        try await addHost("v1", Installation.mac, product: "Cloud 1", aliases: Self.virtioDisk, account: account)
        try await addHost("s1", Installation.otherMAC, product: "Server 2", aliases: Self.sataDisk)
    }

    @Test func tellsTheVerdictForEveryModel() async throws {
        try await addImage()
        try await addHosts()
        try await images.serve { api async throws in
            let report: PreflightReport = try await api.get(APIRoute.preflight(1, of: "debian-12"))
            #expect(report.image == "debian-12" && report.revision == 1)
            #expect(report.facts == Self.examination.facts)
            #expect(report.findings.map(\.code) == ["machine-id"])
            #expect(report.models.map(\.model) == ["Acme/Cloud 1", "Acme/Server 2"])
            #expect(report.models.map(\.hosts) == [["v1"], ["s1"]])
            #expect(report.models.map(\.verdict) == [.fitsWithWarning, .doesNotFit])
            #expect(report.models.map { $0.findings.map(\.code) } == [["machine-id"], ["disk-driver", "machine-id"]])
            #expect(report.models.map(\.isAllowed) == [true, true])
            let one: PreflightReport = try await api.get(APIRoute.preflight(1, of: "debian-12", host: "s1"))
            #expect(one.models.map(\.hosts) == [["s1"]])
            #expect(try await api.status(.get, APIRoute.preflight(2, of: "debian-12")) == .notFound)
            #expect(try await api.status(.get, APIRoute.preflight(1, of: "debian-12", host: "x")) == .notFound)
        }
    }

    @Test func hostsOfOthersAreNoModels() async throws {
        let alice = try await server.account("alice", .member)
        try await addImage()
        try await server.publish()
        try await addHosts(account: "alice")
        try await images.serve { api async throws in
            let alice = api.as(alice.token)
            let models: Page<ModelSummary> = try await alice.get(APIRoute.models)
            #expect(models.items == [ModelSummary(model: "Acme/Cloud 1", hostCount: 1)])
            let report: PreflightReport = try await alice.get(APIRoute.preflight(1, of: "debian-12"))
            #expect(report.models.map(\.model) == ["Acme/Cloud 1"])
            #expect(try await alice.status(.get, APIRoute.preflight(1, of: "debian-12", host: "s1")) == .notFound)
            let all: Page<ModelSummary> = try await api.get(APIRoute.models)
            #expect(all.items.map(\.model) == ["Acme/Cloud 1", "Acme/Server 2"])
        }
    }

    @Test func anOrderThatFitsSaysItsWarnings() async throws {
        try await addImage()
        try await addHosts()
        try await images.serve { api async throws in
            let detail: DeploymentDetail = try await api.post(
                APIRoute.deployments, DeploymentRequest(host: "v1", image: "debian-12"))
            #expect(detail.preflight.map(\.code) == ["machine-id"])
            let log: Page<LogLine> = try await api.get(APIRoute.log(detail.deployment.id))
            #expect(log.items.contains { $0.line.hasPrefix("preflight: /etc/machine-id") })
        }
    }

    @Test func anOrderThatDoesNotFitIsRefusedWithEveryReason() async throws {
        try await addImage()
        try await addHost("s1", Installation.mac, product: "Server 2", aliases: Self.sataDisk) {
            $0.sectorSize = 4096
        }
        try await images.serve { api async throws in
            let refusal = try await api.refusal(
                .post, APIRoute.deployments, DeploymentRequest(host: "s1", image: "debian-12"))
            #expect(refusal.status == .conflict)
            #expect(refusal.text.contains("does not fit host s1"))
            #expect(refusal.text.contains("sectors of 512 bytes, disk D-s1 in 4096"))
            #expect(refusal.text.contains("disk D-s1 needs ahci, sd_mod"))
            #expect(!refusal.text.contains("machine-id"))
            let orders: Page<DeploymentSummary> = try await api.get(APIRoute.deployments)
            #expect(orders.items.isEmpty)
        }
    }

    @Test func onlyAnOperatorDeploysWhatDoesNotFit() async throws {
        let alice = try await server.account("alice", .member)
        let olga = try await server.account("olga", .operator)
        try await addImage()
        try await server.publish()
        try await addHost(
            "s1", Installation.mac, product: "Server 2", aliases: Self.sataDisk, account: "alice")
        try await images.serve { api async throws in
            let order = DeploymentRequest(host: "s1", image: "debian-12", force: true)
            let refusal = try await api.as(alice.token).refusal(.post, APIRoute.deployments, order)
            #expect(refusal.status == .forbidden)
            let detail: DeploymentDetail = try await api.as(olga.token).post(APIRoute.deployments, order)
            #expect(detail.preflight.map(\.code) == ["disk-driver", "machine-id"])
            let log: Page<LogLine> = try await api.get(APIRoute.log(detail.deployment.id))
            #expect(log.items.contains { $0.line == "olga deploys it although it does not fit" })
            let audit: Page<AuditLine> = try await api.get(APIRoute.audit(operation: "createDeployment"))
            #expect(audit.items.contains { $0.account == "olga" })
        }
    }

    @Test func anImageOfWhichNothingIsKnownIsDeployed() async throws {
        _ = try await server.addImage()
        try await addHost("s1", Installation.mac, product: "Server 2", aliases: Self.sataDisk)
        try await images.serve { api async throws in
            let detail: DeploymentDetail = try await api.post(
                APIRoute.deployments, DeploymentRequest(host: "s1", image: "debian-12"))
            #expect(detail.preflight.map(\.code) == ["not-examined"])
            #expect(detail.preflight.map(\.severity) == [.warning])
        }
    }

    @Test func aBoundImageGoesOntoNoOtherModelUntilAnOperatorSaysSo() async throws {
        let alice = try await server.account("alice", .member)
        let olga = try await server.account("olga", .operator)
        try await addHosts(account: "alice")
        try await images.serve { api async throws in
            let (alice, olga) = (api.as(alice.token), api.as(olga.token))
            let task = try await alice.upload([UInt8](repeating: 1, count: 1 << 20), "image=web&format=raw")
            #expect(try await alice.end(task.id).state == .done)
            let bound: ImageDetail = try await alice.patch(
                APIRoute.image("web"), ImageChange(models: ["acme/server*", "Other/Box"]))
            #expect(bound.image.models == ["Other/Box", "acme/server*"] && !bound.image.isForAnyModel)
            let order = DeploymentRequest(host: "v1", image: "alice:web")
            let refusal = try await alice.refusal(.post, APIRoute.deployments, order)
            #expect(refusal.status == .conflict)
            #expect(refusal.text.contains("bound to Other/Box, acme/server*, host v1 is of model Acme/Cloud 1"))
            // Not even force helps: that is for what preflight says.
            let forced = DeploymentRequest(host: "v1", image: "alice:web", force: true)
            #expect(try await olga.refusal(.post, APIRoute.deployments, forced).status == .forbidden)
            let report: PreflightReport = try await api.get(APIRoute.preflight(1, of: "alice:web"))
            #expect(report.models.map(\.isAllowed) == [false, true])
            // Its owner cannot widen it, and an operator can do nothing else to it.
            #expect(
                try await alice.refusal(.patch, APIRoute.image("web"), ImageChange(isForAnyModel: true)).status
                    == .forbidden)
            #expect(
                try await olga.refusal(
                    .patch, APIRoute.image("alice:web"), ImageChange(summary: "x", isForAnyModel: true)
                ).status == .forbidden)
            let widened: ImageDetail = try await olga.patch(
                APIRoute.image("alice:web"), ImageChange(isForAnyModel: true))
            #expect(widened.image.isForAnyModel && widened.image.models == bound.image.models)
            let detail: DeploymentDetail = try await alice.post(APIRoute.deployments, order)
            #expect(detail.deployment.hostName == "v1")
            let audit: Page<AuditLine> = try await api.get(APIRoute.audit(account: "olga", operation: "changeImage"))
            #expect(audit.items.contains { $0.status == 200 })
        }
    }

    @Test(arguments: [["Acme"], ["/x"], (0..<65).map { "a/\($0)" }])
    func refusesWhatNamesNoModel(models: [String]) async throws {
        try await images.serve { api async throws in
            let task = try await api.upload([UInt8](repeating: 1, count: 1 << 20), "image=web&format=raw")
            _ = try await api.end(task.id)
            let refusal = try await api.refusal(.patch, APIRoute.image("web"), ImageChange(models: models))
            #expect(refusal.status == .unprocessableContent)
        }
    }

    @Test func anImportTellsWhatItFound() async throws {
        try await images.serve { api async throws in
            let task = try await api.upload([UInt8](repeating: 1, count: 1 << 20), "image=web&format=raw")
            let ended = try await api.end(task.id)
            #expect(ended.state == .done)
            // What the tests import is no disk.
            #expect(ended.report?.count == 1)
            #expect(ended.report?.first?.contains("(not-examined)") == true)
            let report: PreflightReport = try await api.get(APIRoute.preflight(1, of: "web"))
            #expect(report.facts.unexamined.map(\.subject) == ["the disk"])
        }
    }
}
