import AgentProtocol
import Foundation
import ImageFormat
import NetworkTypes
import Testing
import UserAPI

struct APITests {
    private func decode<T: Decodable>(_ type: T.Type, _ json: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    @Test func aRequestNeedsOnlyHostAndImage() throws {
        let request = try decode(DeploymentRequest.self, #"{"host": "web-1", "image": "debian-12"}"#)
        #expect(request == DeploymentRequest(host: "web-1", image: "debian-12"))
        #expect(!request.allowOverwrite)
    }

    @Test(arguments: ["diskRule", "allow_overwrite", "Disk"])
    func aMisspeltKeyIsRefusedByName(key: String) {
        let error = #expect(throws: DecodingError.self) {
            try decode(DeploymentRequest.self, #"{"host": "a", "image": "b", "\#(key)": "x"}"#)
        }
        #expect(String(describing: error).contains("unknown key '\(key)'"))
    }

    @Test func aRequestComesBackUnchanged() throws {
        let request = DeploymentRequest(
            host: "52:54:00:00:00:01", image: "debian-12", revision: 3, disk: "serial=A", allowOverwrite: true,
            hostname: "web-1", sshKeys: ["ssh-ed25519 AAAA me"], userData: "#cloud-config\n", network: "version: 2\n")
        #expect(
            try decode(DeploymentRequest.self, String(decoding: JSONEncoder().encode(request), as: UTF8.self))
                == request)
    }

    @Test func anEventCarriesItsNameAsKey() throws {
        let event = DeploymentEvent.log(LogLine(id: 7, at: Timestamp(0), attempt: 1, line: "hello"))
        let json = try JSONEncoder().encode(event)
        #expect(try JSONDecoder().decode(DeploymentEvent.self, from: json) == event)
        #expect(event.name == "log" && String(decoding: json, as: UTF8.self).hasPrefix(#"{"log":{"#))
    }

    @Test func aDetailComesBackUnchanged() throws {
        let digest = ChunkDigest(of: [1, 2, 3])
        let disk = Disk(
            name: "sda", size: 8 << 30, sectorSize: 512, serial: "A", wwn: nil, model: nil, transport: .virtio,
            isRemovable: false, isReadOnly: false, isRotational: false, path: "pci0000:00/0000:00:04.0",
            signatures: ["gpt"])
        let summary = DeploymentSummary(
            id: "d1", hostID: "h1", hostName: "web-1", image: "debian-12", revision: 3, state: .running, phase: .write,
            attempt: 1, created: Timestamp(5), ended: nil)
        let detail = DeploymentDetail(
            deployment: summary, manifest: digest, diskRule: "", disk: disk, allowOverwrite: false, maximumAttempts: 3,
            progress: TransferProgress(done: 100, total: 1000, elapsed: 10), phaseMilliseconds: ["inspect": 12],
            failure: nil, proof: nil, cloudInitStatus: nil, cloudInitErrors: [], started: Timestamp(6), committed: nil,
            expires: Timestamp(9), hasReceipt: false)
        let json = try JSONEncoder().encode(DeploymentEvent.deployment(detail))
        #expect(try JSONDecoder().decode(DeploymentEvent.self, from: json) == .deployment(detail))
    }

    @Test func progressTellsRateAndTimeLeft() {
        let progress = TransferProgress(done: 300, total: 1000, elapsed: 3)
        #expect(progress.rate == 100 && progress.secondsLeft == 7 && progress.fraction == 0.3)
    }

    @Test(arguments: [(UInt64(0), UInt64(10), Int64(5)), (5, 10, 0), (5, 10, -3)])
    func progressClaimsNoRateItCannotKnow(done: UInt64, total: UInt64, elapsed: Int64) {
        let progress = TransferProgress(done: done, total: total, elapsed: elapsed)
        #expect(progress.rate == nil && progress.secondsLeft == nil)
    }

    @Test func progressBeyondItsTotalDoesNotTrap() {
        let progress = TransferProgress(done: 11, total: 10, elapsed: 1)
        #expect(progress.secondsLeft == nil && progress.fraction == 1)
    }

    @Test func unknownStatesOfANewerServerSurvive() throws {
        let state = try decode([DeploymentStateName].self, #"["paused"]"#)[0]
        #expect(!state.isFinal && state.rawValue == "paused")
    }

    @Test(arguments: [
        ("web-1", "/api/v1/hosts/web-1"), ("52:54:00:00:00:01", "/api/v1/hosts/52:54:00:00:00:01"),
        ("../x y?#ü", "/api/v1/hosts/..%2Fx%20y%3F%23%C3%BC"),
    ])
    func namesBecomeOnePathSegment(name: String, path: String) {
        #expect(APIRoute.host(name) == path)
    }

    @Test func aReceiptComesBackFromItsBytes() throws {
        let receipt = try Fixture.receipt()
        // What the server signs.
        let bytes = try receipt.encoded()
        #expect(try JSONDecoder().decode(Receipt.self, from: bytes) == receipt)
        #expect(try receipt.encoded() == bytes)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""kind" : "ingot-receipt""#))
    }

    @Test func aProblemReadsAsOneLine() {
        let problem = ProblemDetails(title: "No such image", status: 404, detail: "there is no image 'debain-12'")
        #expect(problem.description == "No such image: there is no image 'debain-12'")
        #expect(ProblemDetails(title: "Unauthorized", status: 401).description == "Unauthorized (HTTP 401)")
    }
}

private enum Fixture {
    static func receipt() throws -> Receipt {
        let proof = WriteProof(
            diskIdentity: "A", bytesFetched: 1, bytesWritten: 2, bytesSkipped: 3, bytesVerified: 4,
            phaseMilliseconds: ["write": 5])
        let disk = Disk(
            name: "sda", size: 8 << 30, sectorSize: 512, serial: "A", wwn: nil, model: nil, transport: .virtio,
            isRemovable: false, isReadOnly: false, isRotational: false, path: "pci0000:00/0000:00:04.0",
            signatures: [])
        return Receipt(
            serverVersion: "0.1.0", deploymentID: "d1", outcome: .done, hostID: "h1", hostName: "web-1",
            systemUUID: SystemUUID("00112233-4455-6677-8899-aabbccddeeff"), serial: nil,
            macs: [try #require(MACAddress("52:54:00:00:00:01"))], disk: disk, image: "debian-12", revision: 3,
            manifest: ChunkDigest(of: [1]), attempt: 1, proof: proof, nonceDigest: ChunkDigest(of: [2]),
            stageBootID: "b1", installedBootID: "b2", machineID: "m", rootDiskSerial: "A",
            rootDiskPath: "pci0000:00/0000:00:04.0", cloudInitStatus: "done", cloudInitErrors: [],
            ordered: Timestamp(1), started: Timestamp(2), committed: Timestamp(3), calledHome: Timestamp(4))
    }
}
