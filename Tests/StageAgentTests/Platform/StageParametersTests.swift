import NetworkTypes
import StageAgent
import Testing

struct StageParametersTests {
    @Test func readsWhatABootScriptPasses() throws {
        let parameters = try StageParameters(
            commandLine:
                "console=ttyS0 ingot.server=http://10.0.0.1:8080/ ingot.token=abc BOOTIF=01-52-54-00-12-34-56 quiet"
        )
        #expect(parameters.server == "http://10.0.0.1:8080")
        #expect(parameters.token == "abc")
        #expect(parameters.bootMAC == MACAddress("52:54:00:12:34:56"))
    }

    @Test func aLoaderMayLeaveOutItsInterface() throws {
        let parameters = try StageParameters(commandLine: "ingot.server=http://a ingot.token=b")
        #expect(parameters.bootMAC == nil)
    }

    @Test func takesTheLastOfEqualNames() throws {
        let line = "ingot.server=http://a ingot.token=b ingot.token=c BOOTIF=52:54:00:12:34:56"
        #expect(try StageParameters(commandLine: line).token == "c")
    }

    @Test(arguments: [
        ("", StageParameterError.missing("ingot.server")),
        ("ingot.server=", .missing("ingot.server")),
        ("ingot.server=http://a", .missing("ingot.token")),
        ("ingot.server=http://a ingot.token=", .missing("ingot.token")),
        (
            "ingot.server=http:// ingot.token=b",
            .malformed("ingot.server", value: "http:", expected: "http://ADDRESS[:PORT]")
        ),
        (
            "ingot.server=ftp://a ingot.token=b",
            .malformed("ingot.server", value: "ftp://a", expected: "http://ADDRESS[:PORT]")
        ),
        (
            "ingot.server=http://a ingot.token=b BOOTIF=01-52",
            .malformed("BOOTIF", value: "01-52", expected: "01-52-54-00-12-34-56")
        ),
    ])
    func saysWhatTheCommandLineLacks(line: String, error: StageParameterError) {
        #expect(throws: error) { try StageParameters(commandLine: line) }
    }
}
