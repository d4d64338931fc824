import Glibc
import ImageStore
import Testing

/// What programs that read disk images of others are kept from.
struct ToolRunTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func shell(
        _ script: String, input: String? = nil, reads: [String] = [], writes: [String] = [], fileSize: UInt64 = 1 << 20
    ) async throws -> ToolRun.Answer {
        try await ToolRun(
            program: "bash", arguments: ["-c", script], input: input, reads: reads, writes: writes, fileSize: fileSize
        ).run()
    }

    @Test func itReadsItsInputAndWritesItsOutput() async throws {
        let input = try scratch.write("in put", Array("input".utf8))
        let named = try scratch.write("named", Array("named".utf8))
        let output = try scratch.write("output", [])
        let answer = try await shell(
            "cat /proc/self/fd/0 '\(named)' > '\(output)' && cat '\(output)' && echo more >&2", input: input,
            reads: [named], writes: [output])
        #expect(answer.isSuccess && answer.output == "inputnamed" && answer.complaint == "more")
    }

    @Test func theKernelOfTheTestsConfines() { #expect(ToolRun.gap == nil) }

    @Test(arguments: ["/etc/shadow", "/etc/passwd", "/proc/1/environ", "/root", "/var/lib"])
    func itCannotRead(path: String) async throws {
        #expect(access(path, R_OK) == 0)
        let answer = try await shell("exec 3< '\(path)'")
        #expect(!answer.isSuccess && answer.complaint.contains("Permission denied"), "\(answer.complaint)")
    }

    /// Its own descriptor of the input does not let it write there, and nothing else is there to be written.
    @Test func itWritesNothingElse() async throws {
        let input = try scratch.write("input", Array("input".utf8))
        for path in [input, "/proc/self/fd/0", scratch.path + "/new", "/tmp/new", "/dev/shm/new"] {
            let answer = try await shell("exec 3> '\(path)'", input: input)
            #expect(!answer.isSuccess && answer.complaint.contains("Permission denied"), "\(path): \(answer.complaint)")
        }
        #expect(try await scratch.shell("cat input") == "input")
    }

    @Test func itReachesNoNetwork() async throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> UInt16? in
                guard bind(listener, pointer, size) == 0, listen(listener, 8) == 0,
                    getsockname(listener, pointer, &size) == 0
                else { return nil }
                return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin_port)
                }
            }
        }
        let connect = "exec 3<>/dev/tcp/127.0.0.1/\(try #require(port))"
        // Without the walls it is reached.
        _ = try await scratch.shell("bash -c '\(connect)'")
        let answer = try await shell(connect)
        #expect(!answer.isSuccess && answer.complaint.contains("Operation not permitted"), "\(answer.complaint)")
    }

    @Test func itSeesNoDescriptorAndEndsNoProcessOfTheServer() async throws {
        // One that a program inherits unless it is closed.
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let answer = try await shell(
            "for n in {3..255}; do [ ! -e /proc/self/fd/$n ] || echo $n; done; kill -0 \(getpid())")
        #expect(descriptor > 2 && !answer.isSuccess && answer.output.isEmpty, "\(answer)")
    }

    @Test func itKeepsToItsLimits() async throws {
        let output = try scratch.write("output", [])
        let large = try await shell("head -c 2000000 /dev/zero > '\(output)'", writes: [output])
        #expect(!large.isSuccess)
        let long = try await ToolRun(program: "bash", arguments: ["-c", "while :; do :; done"], seconds: 1).run()
        #expect(!long.isSuccess && long.complaint == "it ended with signal 9", "\(long.complaint)")
        let wide = try await ToolRun(
            program: "bash", arguments: ["-c", "x=$(head -c 300000000 /dev/zero | tr '\\0' x)"], memory: 100 << 20
        ).run()
        #expect(!wide.isSuccess)
        await #expect(throws: ImportError.self) { try await shell("while :; do echo 0123456789abcdef; done") }
    }

    @Test func itIsKilledWithItsTask() async throws {
        let task = Task { try await shell("sleep 1000 & wait") }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }

    @Test func aProgramThatIsNotThereIsSaid() async throws {
        await #expect { _ = try await ToolRun(program: "no-such-tool", arguments: []).run() } throws: {
            "\($0)".contains("cannot run no-such-tool, which imports need")
        }
    }
}
