import FoundationEssentials
import Glibc
import Testing
import VirtualRack

extension EndToEnd.CommandLineTests {
    @Test func keepsReservationsThroughARestart() async throws {
        try await Laboratory.run("cli-kept") { server in
            let added = try await server.ingot("reservation", "add", "52:54:00:00:00:01", "10.77.0.11", "--name", "db1")
            #expect(added == "10.77.0.11 is reserved for 52:54:00:00:00:01\n")
            try await server.expectFailure(
                ["reservation", "add", "52:54:00:00:00:02", "10.77.0.11"],
                "10.77.0.11 is reserved for 52:54:00:00:00:01, named db1")
            try await server.expectFailure(
                ["reservation", "add", "52:54:00:00:00:01", "10.77.0.12"],
                "52:54:00:00:00:01 has 10.77.0.11 reserved in 10.77.0.0/24")
            try await server.expectFailure(
                ["reservation", "add", "52:54:00:00:00:02", "10.78.0.1"], "lies in no subnet of the configuration")
            try await server.expectFailure(
                ["reservation", "add", "52:54:00", "10.77.0.12"], "'52:54:00' is not a MAC address", status: 64)
            #expect(try await server.row("10.77.0.11", of: "leases").contains("reserved  db1"))

            try await server.kill()
            try await server.start()
            #expect(try await server.row("10.77.0.11", of: "reservation").hasSuffix("db1   database"))
            #expect(try await server.row("10.77.0.11", of: "leases").contains("reserved"))
            let removed = try await server.ingot("reservation", "remove", "10.77.0.11")
            #expect(removed == "10.77.0.11 is not reserved any more\n")
            #expect(try await server.row("10.77.0.11", of: "leases").isEmpty)
            try await server.expectFailure(
                ["reservation", "remove", "10.77.0.11"], "there is no reservation of 10.77.0.11")
        }
    }

    @Test func importsReservationsAndTellsWrongLines() async throws {
        try await Laboratory.run("cli-reserve-file") { server in
            let wrong = try server.file(
                "wrong.csv",
                """
                mac,address,hostname
                52:54:00:00:00:01,10.77.0.11,db1
                52:54:00:00:00:02,10.77.0,
                52:54:00:00:00:03,10.77.0.11,
                """)
            let command = ["reservation", "import", wrong, "--format", "csv"]
            let refused = try await server.attempt(command)
            #expect(refused.status == 1)
            #expect(refused.standardOutput.contains("\(wrong):3: '10.77.0' is not an IPv4 address\n"))
            #expect(refused.standardOutput.contains("\(wrong):4: 10.77.0.11 is reserved for 52:54:00:00:00:01"))
            #expect(refused.standardError.contains("nothing is imported: 2 lines cannot be used"))
            #expect(try await server.row("10.77.0.11", of: "reservation").isEmpty)

            let dry = try await server.attempt(command + ["--skip-invalid", "--dry-run"])
            #expect(dry.status == 0)
            #expect(dry.standardOutput.hasSuffix("1 reservations would be added, 0 there already, 2 left out\n"))
            #expect(try await server.row("10.77.0.11", of: "reservation").isEmpty)
            let done = try await server.attempt(command + ["--skip-invalid"])
            #expect(done.standardOutput.hasSuffix("1 reservations added, 0 there already, 2 left out\n"))
            #expect(try await server.row("10.77.0.11", of: "reservation").contains("db1"))

            let kea = try server.file(
                "kea.json",
                """
                { "Dhcp4": { "subnet4": [ { "reservations": [ // two
                  { "hw-address": "52:54:00:00:00:01", "ip-address": "10.77.0.11", "hostname": "db1" },
                  { "hw-address": "52:54:00:00:00:04", "ip-address": "10.77.0.14" } ] } ] } }
                """)
            #expect(
                try await server.ingot("reservation", "import", kea, "--format", "kea")
                    == "1 reservations added, 1 there already, 0 left out\n")
            let dnsmasq = try server.file("dnsmasq.conf", "dhcp-host=52:54:00:00:00:05,10.77.0.15,db5,12h\n")
            #expect(
                try await server.ingot("reservation", "import", dnsmasq, "--format", "dnsmasq")
                    == "1 reservations added, 0 there already, 0 left out\n")
            try await server.expectFailure(
                ["reservation", "import", kea, "--format", "isc"], "'isc' is no format", status: 64)
        }
    }

    @Test func reloadsItsConfigurationWhileItServes() async throws {
        try await Laboratory.run("cli-reload") { server in
            let file = server.configurationFile
            let text = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
            try await server.ingot("reservation", "add", "52:54:00:00:00:01", "10.77.0.11")

            try write(text.replacing("-10.77.0.199", with: "-10.78.0.199"), to: file)
            try await server.expectFailure(["reload"], "leaves the subnet")
            #expect(try await server.row("10.77.0.11", of: "leases").contains("reserved"))

            let reservation = "\n      reservations: [{ mac: 52:54:00:00:00:09, address: 10.77.0.11 }]"
            let bucket = "{endpoint: http://127.0.0.1:1, bucket: chunks, accessKey: key, secretKeyFile: \(file)}"
            try write(
                text.replacing("[127.0.0.0/8]", with: "[]") + reservation
                    + "\ntftpPort: 6969\nlog: debug\nimages: {objectStorage: \(bucket)}\n", to: file)
            let image = ["image", "import", "http://127.0.0.1:1/a.raw", "--name", "a", "--sha256", digest]
            try await server.expectFailure(image, "Connection refused")
            let said = try await server.ingot("reload")
            #expect(said.contains("warning: the reservation of 10.77.0.11 is not in force: 10.77.0.11 is reserved for"))
            for key in ["tftpPort", "images.objectStorage"] {
                #expect(said.contains("\n\(key) has changed: it needs a restart\n"))
            }
            #expect(said.hasSuffix("\nthe configuration is in force\n"))
            try await server.expectFailure(image, "an administrator can allow it (imports.allow)")
            #expect(try await server.row("10.77.0.11", of: "leases").contains("52:54:00:00:00:09"))
            #expect(try await server.ingot("status").contains("the reservation of 10.77.0.11 is not in force"))

            try write(text, to: file)
            server.signal(SIGHUP)
            _ = try await server.poll(.seconds(20), "the reload") { () async throws -> Bool? in
                try await server.row("10.77.0.11", of: "leases").contains("52:54:00:00:00:01") ? true : nil
            }
            try write("interfaces: [", to: file)
            server.signal(SIGHUP)
            _ = try await server.poll(.seconds(20), "the refusal") { () async throws -> Bool? in
                let log = String(decoding: try Data(contentsOf: URL(filePath: server.log)), as: UTF8.self)
                return log.contains("the configuration stays as it is") ? true : nil
            }
            #expect(try await server.row("10.77.0.11", of: "leases").contains("52:54:00:00:00:01"))
        }
    }

    @Test func releasesNothingWhereThereIsNothing() async throws {
        try await Laboratory.run("cli-release") { server in
            try await server.expectFailure(["leases", "release", "10.77.0.100"], "there is no lease of 10.77.0.100")
            try await server.expectFailure(["leases", "release", "here"], "'here' is not an IPv4 address", status: 64)
        }
    }

    /// Of nothing that is ever fetched.
    private var digest: String { String(repeating: "0", count: 64) }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
