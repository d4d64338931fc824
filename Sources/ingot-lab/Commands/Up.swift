import ArgumentParser
import FoundationEssentials
import NetworkTypes
import VirtualRack
import Yams

/// `ingot-lab up`
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a rack; it stays until `ingot-lab down`.",
        discussion: """
            The configuration is YAML:

              name: lab
              networks:
                - {name: boot, address: 10.77.0.1/24}
              hosts:
                - name: node1
                  firmware: uefi          # bios, uefi, uefi-http, uefi-secure-boot
                  memory: 1024            # MiB
                  nics:
                    - {model: virtio-net-pci, mac: 52:54:00:00:00:01}
                  disks:
                    - {kind: nvme, size: 20G, serial: DISK1}

            NICs: virtio-net-pci, e1000, e1000e, rtl8139, vmxnet3. Disks: virtio-blk, nvme, ahci, megasas-gen2, \
            virtio-scsi; format raw or qcow2; image: a file to start as a clone of; recorded: true logs every write. \
            The server's interface is named like the network, in the namespace `ingot-NAME`.
            """)

    @Argument(help: "The rack's configuration, a YAML file. Without it the options below make one.") var file: String?
    @Option(help: "The rack's name.") var name = "lab"
    @Option(help: "How many hosts of this firmware: bios=1, uefi=2, uefi-http=1, uefi-secure-boot=1.")
    var hosts: [String] = ["uefi=1"]
    @Option(help: "Memory of each host in MiB.") var memory = 1024
    @Option(help: "The size of each host's disk, such as 20G.") var disk = ByteCount(bytes: 20 << 30)
    @Flag(help: "Switch all hosts on.") var on = false
    @OptionGroup var location: BaseOption

    func run() async throws {
        let rack = try await Rack.create(try configuration(), base: location.base, lifetime: .untilRemoved)
        print("rack \(rack.configuration.name) in namespace \(rack.namespaceName)")
        for network in rack.configuration.networks {
            print("  network \(network.interface): server \(network.address)/\(network.prefixLength)")
        }
        for host in rack.hosts {
            if on { try await host.powerOn() }
            let macs = host.macs.map(\.description).joined(separator: ", ")
            print("  host \(host.name): \(host.configuration.firmware.rawValue), \(macs), \(host.isOn ? "on" : "off")")
        }
    }

    private func configuration() throws -> RackConfiguration {
        guard let file else {
            return RackConfiguration(name: name, hosts: try hosts.flatMap(Self.hosts(memory: memory, disk: disk)))
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("cannot read \(file)")
        }
        return try YAMLDecoder().decode(RackConfiguration.self, from: data)
    }

    private static func hosts(memory: Int, disk: ByteCount) -> (String) throws -> [HostConfiguration] {
        { text in
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let firmware = Firmware(rawValue: String(parts[0])), let count = Int(parts[1]),
                (1...64).contains(count)
            else { throw ValidationError("'\(text)': expected a firmware and a number, such as uefi=2") }
            return (1...count).map { number in
                HostConfiguration(
                    name: "\(firmware.rawValue)\(number)", firmware: firmware,
                    disks: [DiskConfiguration(size: disk.bytes)], memory: memory)
            }
        }
    }
}

extension ByteCount: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
