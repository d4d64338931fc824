import AgentProtocol
import FoundationEssentials
import NetworkTypes
import Testing
import UserAPI
import VirtualRack

extension EndToEnd.DiagnosisTests {
    /// The host was ordered an image for UEFI while its firmware was in that mode, and starts in BIOS mode now.
    @Test func anImageForTheOtherFirmwareModeIsNamed() async throws {
        let configuration = HostConfiguration(name: "switched", firmware: .bios)
        try await Laboratory.run("why-mode", hosts: [configuration]) { server in
            let image = try await makeUEFIImage(in: server.directory + "/image")
            try await server.ingot("image", "import", image, "--name", "modern", "--format", "raw")
            let host = try server.rack.host("switched")
            let mac = try #require(host.macs.first)
            try await greetInUEFIMode(host, mac, server: server)
            try await server.ingot("host", "accept", mac.description, "--name", host.name)
            let order = ["deploy", host.name, "--image", "modern"]
            #expect(try await server.attempt(order).status == 0)
            let id = try await server.newestDeployment().deployment.id

            try await host.powerOn()
            try await server.expectTrouble(
                with: host.name, ["The host starts by bios, but modern revision 1 boots by uefi only."],
                timeout: .seconds(180))
            let detail = try await server.waitForDeployment(id, "failed", host: host, timeout: .seconds(60)) {
                $0.deployment.state == .failed
            }
            #expect(detail.failure?.code == .imageUnfit, "\(detail.failure?.message ?? "")")
            try await host.powerOff()
            // What the server knows by now is what it says when such an image is ordered.
            try await server.expectFailure(order, "host switched boots in bios mode, the image only in uefi")
        }
    }

    /// Its loader comes whole and starts, but has nothing to go on with: GRUB without modules and network.
    @Test func aHostThatIsSilentAfterItsLoaderIsFoundOut() async throws {
        let configuration = HostConfiguration(name: "silent", firmware: .uefi)
        try await Laboratory.run("why-silent", hosts: [configuration]) { server in
            let shipped = try Artifacts.bootFiles()
            let files = server.directory + "/boot-files"
            try await Tool.run("cp", ["--recursive", shipped, files])
            try await Tool.run(
                "grub-mkimage", ["--format=x86_64-efi", "--prefix=/nowhere", "--output=\(files)/shimx64.efi"])
            try server.edit("bootFiles: \(shipped)", "bootFiles: \(files)")
            try await server.kill()
            try await server.start()

            let host = try server.rack.host("silent")
            let mac = try #require(host.macs.first)
            try await host.powerOn()
            try await host.waitForSerial("grub rescue>", timeout: .seconds(180))
            try await server.expectTrouble(
                with: mac.description, ["The host fetched all of shimx64.efi and has been silent since."],
                timeout: .seconds(120))
            try await host.powerOff()
        }
    }

    /// The synthetic image without what a BIOS starts.
    private func makeUEFIImage(in directory: String) async throws -> String {
        let image = try await SyntheticImage.make(in: directory)
        try await Tool.run("sgdisk", ["--delete=14", image])
        try await Tool.run("dd", ["if=/dev/zero", "of=\(image)", "bs=440", "count=1", "conv=notrunc", "status=none"])
        return image
    }

    /// What the host's stage would have said before somebody switched its firmware over.
    private func greetInUEFIMode(_ host: VirtualHost, _ mac: MACAddress, server: IngotServer) async throws {
        let script = try await server.rack.run(["curl", "-sSf", server.bootURL + "/boot/ipxe/\(mac.hyphenated)"])
        let words = script.standardOutput.split { $0 == " " || $0 == "\n" }
        let prefix = StageParameter.token + "="
        let word = try #require(words.first { $0.hasPrefix(prefix) }, "\(script)")
        let token = String(word.dropFirst(prefix.count))
        let disk = Disk(
            name: "vda", size: host.configuration.disks[0].size, sectorSize: 512, serial: host.diskSerial(0), wwn: nil,
            model: nil, transport: .virtio, isRemovable: false, isReadOnly: false, isRotational: false,
            path: "pci0000:00/virtio/block/vda", signatures: [])
        let inventory = Inventory(
            systemUUID: host.uuid, serial: host.serial, vendor: nil, product: nil, firmware: .uefi, secureBoot: false,
            memory: 512 << 20, processors: 1,
            nics: [NIC(name: "eth0", mac: mac, driver: nil, hasLink: true, speed: nil)], disks: [disk])
        let greeting = Greeting(bootID: "before", bootMAC: mac, inventory: inventory)
        let answer = try await server.post(AgentRoute.greet, JSONEncoder().encode(greeting), bearer: token)
        #expect(answer.status == 200, "\(answer.body)")
    }
}
