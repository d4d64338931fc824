import FoundationEssentials
import VirtualRack

extension EndToEnd.BadNetworkTests {
    /// A virtual machine that bridges two networks of a rack and treats their packets badly, in both directions. Its
    /// kernel is Debian's, from the package that the stage was made of: this machine's need not have netem.
    enum BadWire {
        /// 200 ms of jitter, 5 % loss, 10 % doubled, 25 % overtaking the others.
        private static let treatment = "limit 10000 delay 100ms 100ms loss 5% duplicate 10% reorder 25%"

        /// Silences this machine's own interfaces on a network: they would answer ARP for the server's address past the
        /// wire.
        static func isolate(_ network: RackNetwork, of rack: Rack) async throws {
            for interface in [network.interface, network.bridge] {
                let answer = try await rack.run(["ip", "link", "set", interface, "arp", "off"])
                guard answer.status == 0 else { throw EndToEndError("\(interface): \(answer.standardError)") }
            }
        }

        /// Starts the machine; returns while the wire is dead, 30 s before it carries anything.
        static func start(in rack: Rack, from near: RackNetwork, to far: RackNetwork) async throws -> RackProcess {
            let work = rack.directory.path + "/wire"
            try await Tool.run("sh", ["-euc", building, work, kernelPackage(), initialProgram])
            for (tap, network) in [("wire0", near), ("wire1", far)] { try await rack.layTap(tap, into: network) }
            let process = try await rack.start("bad-wire", command(work), log: work + "/console.log")
            try await process.waitForLog("wire: dead", timeout: .seconds(120))
            return process
        }

        /// How many packets the wire says that it lost.
        static func droppedPackets(in log: String) -> Int {
            let said = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            // tc -s: "Sent 1234 bytes 10 pkt (dropped 2, overlimits 0 requeues 0)".
            let counts = said.split(separator: "(dropped ").dropFirst().compactMap { Int($0.prefix { $0 != "," }) }
            return counts.max() ?? 0
        }

        /// The kernel package that building the stage downloaded.
        private static func kernelPackage() throws -> String {
            let directory = "\(Artifacts.root)/.cache/debian"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            guard let name = names.filter({ $0.hasPrefix("linux-image-") && $0.hasSuffix(".deb") }).max() else {
                throw EndToEndError("\(directory) has no kernel package: remove .cache/stage* and run `make stage`")
            }
            return "\(directory)/\(name)"
        }

        /// Without offloads, so that what the wire treats are the packets that a real one carries.
        private static func command(_ work: String) -> [String] {
            let nics = (0...1).flatMap { index in
                [
                    "-netdev", "tap,id=nic\(index),ifname=wire\(index),script=no,downscript=no,vnet_hdr=off",
                    "-device", "virtio-net-pci,netdev=nic\(index),romfile=",
                ]
            }
            return [
                "qemu-system-x86_64", "-name", "bad-wire", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu",
                "max", "-smp", "1", "-m", "256", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none",
                "-no-reboot", "-serial", "stdio", "-kernel", work + "/vmlinuz", "-initrd", work + "/initramfs",
                "-append", "console=ttyS0 quiet cryptomgr.notests random.trust_cpu=on panic=-1",
            ] + nics
        }

        /// Makes `vmlinuz` and `initramfs` in the directory $0 of the package $1 and the program $2.
        private static let building = #"""
            package=$1
            mkdir -p "$0/tree/modules" "$0/tree/proc" "$0/tree/sys" "$0/tree/dev"
            dpkg-deb --extract "$package" "$0/kernel"
            version=$(ls "$0/kernel/lib/modules")
            cp "$0/kernel/boot/vmlinuz-$version" "$0/vmlinuz"
            /sbin/depmod -b "$0/kernel" "$version"
            number=100
            for module in $(/sbin/modprobe -C /dev/null -d "$0/kernel" -S "$version" --all --show-depends \
                virtio_pci virtio_net bridge sch_netem | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++'); do
                cp "$module" "$0/tree/modules/$number-${module##*/}"
                number=$((number + 1))
            done
            for program in /bin/sh /bin/sleep /bin/mount /sbin/insmod /sbin/ip /sbin/tc; do
                libraries=$(ldd "$program" | sed -nE 's/.*(=> |^[[:space:]]*)(\/[^ ]+) \(0x.*/\2/p')
                for file in "$program" $libraries; do install -D --mode=0755 "$file" "$0/tree$file"; done
            done
            printf '%s\n' "$2" >"$0/tree/init"
            chmod 0755 "$0/tree/init"
            cd "$0/tree"
            find . | cpio --quiet --create --format=newc >"$0/initramfs"
            rm -rf "$0/kernel" "$0/tree"
            """#

        /// The bridge's spanning tree protocol keeps its ports dead for 30 s, as a switch's does.
        private static let initialProgram = """
            #!/bin/sh
            export PATH=/bin:/sbin
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            for module in /modules/*; do insmod "$module"; done
            until [ -e /sys/class/net/eth1 ]; do sleep 1; done
            ip link add wire type bridge stp_state 1
            for port in eth0 eth1; do
                tc qdisc add dev $port root netem \(treatment)
                ip link set $port master wire up
            done
            ip link set wire up
            echo "wire: dead"
            for port in eth0 eth1; do
                until read state </sys/class/net/$port/brport/state && [ "$state" = 3 ]; do sleep 1; done
            done
            echo "wire: carries"
            while sleep 10; do
                for port in eth0 eth1; do tc -s qdisc show dev $port; done
            done
            """
    }
}
