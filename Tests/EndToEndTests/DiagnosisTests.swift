import Testing
import VirtualRack

extension EndToEnd {
    /// What keeps hosts from booting, provoked against a real server, and what `ingot host why` says of it.
    @Suite struct DiagnosisTests {
        @Test func anotherDHCPServerIsNamedWithItsBootFile() async throws {
            try await DiagnosisBench.with("why-other") { bench in
                try await bench.startOtherServer("--dhcp-boot=other.efi")
                _ = try await bench.boot(as: "releases")
                try await bench.expectTrouble(
                    "Another DHCP server, 10.77.0.3 (", "answers the host with the boot file other.efi.")
            }
        }

        /// The simulated firmware boots by what the other server gives: an address and no file.
        @Test func firmwareThatIgnoresTheProxyIsFoundOut() async throws {
            try await DiagnosisBench.with("why-proxy") { bench in
                try bench.server.edit("pools:", "mode: proxy\n      pools:")
                try await bench.server.ingot("reload")
                try await bench.startOtherServer()
                for _ in 1...3 {
                    let answer = try await bench.boot()
                    #expect(answer.standardOutput.contains("the ACK names no boot file"), "\(answer)")
                }
                try await bench.expectTrouble(
                    "The host's firmware ignores the proxy's offer", "neither asked port 4011 nor fetched the file.")
            }
        }

        @Test func nobodyThatGivesAnAddressBesideTheProxyIsMissed() async throws {
            try await DiagnosisBench.with("why-alone") { bench in
                try bench.server.edit("pools:", "mode: proxy\n      pools:")
                try await bench.server.ingot("reload")
                _ = try await bench.boot()
                try await bench.expectTrouble("No DHCP server gives the host an address: it was offered to boot")
            }
        }

        @Test func largePacketsThatAreLostAreFoundOut() async throws {
            try await DiagnosisBench.with("why-large") { bench in
                try await bench.giveCableToHost()
                let answer = try await bench.boot(as: "small-packets")
                #expect(answer.status == 0, "\(answer)")
                try await bench.expectTrouble(
                    "The transfer of shimx64.efi stalled after 0 bytes with blocks of 1468 bytes",
                    "large packets do not get through")
            }
        }

        @Test func aBootFileThatIsNotServedIsNamed() async throws {
            try await DiagnosisBench.with("why-file") { bench in
                try await bench.giveCableToHost()
                let answer = try await bench.boot(as: "missing-file")
                #expect(answer.status == 0, "\(answer)")
                try await bench.expectTrouble("The host asks for simulated/missing.efi, which is not served.")
            }
        }

        /// Firmware, loader and script each time, and no stage that the server would take in.
        @Test func aHostThatStartsOverAgainAndAgainLoops() async throws {
            try await DiagnosisBench.with("why-loop") { bench in
                for _ in 1...3 {
                    let answer = try await bench.boot(as: "wrong-token")
                    #expect(answer.status == 0, "\(answer)")
                }
                try await bench.expectTrouble(
                    "The host came back to the network 3 times", "and never got as far as the stage.")
            }
        }

        @Test func aPoolWithoutAFreeAddressIsFoundOut() async throws {
            try await DiagnosisBench.with("why-pool") { bench in
                try bench.server.edit("10.77.0.100-10.77.0.199", "10.77.0.100-10.77.0.100")
                try await bench.server.ingot("reload")
                let first = try await bench.boot(DiagnosisBench.neighbour, as: "tiny-messages")
                #expect(first.status == 0, "\(first)")
                let second = try await bench.boot()
                #expect(second.standardOutput.contains("no OFFER after 4 DISCOVERs"), "\(second)")
                try await bench.expectTrouble("No address is free for the host on interface boot.")
            }
        }

        /// The cable's own address is the only one to give, and the cable answers for it.
        @Test func anAddressThatAnotherMachineUsesIsNamed() async throws {
            try await DiagnosisBench.with("why-taken") { bench in
                let taken = DiagnosisBench.address
                try bench.server.edit("10.77.0.100-10.77.0.199", "\(taken)-\(taken)")
                try await bench.server.ingot("reload")
                let answer = try await bench.boot()
                #expect(answer.standardOutput.contains("no OFFER after 4 DISCOVERs"), "\(answer)")
                try await bench.expectTrouble("Another machine already uses \(taken), the address the host was to get.")
            }
        }

        @Test func anArchitectureWithoutABootFileIsTold() async throws {
            try await DiagnosisBench.with("why-arch") { bench in
                let answer = try await bench.boot(as: "unknown-architecture")
                #expect(answer.status == 0, "\(answer)")
                try await bench.expectTrouble("There is no boot file for this host (", "is unknown.")
            }
        }
    }
}
