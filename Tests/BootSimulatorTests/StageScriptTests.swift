import BootSimulator
import NetworkTypes
import Testing

@Suite struct StageScriptTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private static let kernel = """
        kernel http://10.77.0.1:8080/stage/vmlinuz initrd=initramfs initrd=site console=tty0 quiet \
        ingot.server=http://10.77.0.1:8080 ingot.token=\(token) BOOTIF=01-02-00-5e-10-20-30 || goto failed
        """
    private static let script = """
        #!ipxe
        # Starts the stage.
        set tries:int32 0
        :again
        \(kernel)
        initrd --name initramfs http://10.77.0.1:8080/stage/initramfs || goto failed
        initrd --name site http://10.77.0.1:8080/stage/site || goto failed
        boot || goto failed
        :failed
        exit 1

        """

    private func read(_ text: String) throws -> StageScript {
        let mac = try #require(MACAddress("02:00:5e:10:20:30"))
        return try StageScript(text, mac: mac)
    }

    @Test func readsWhatTheStageIsStartedWith() throws {
        let script = try read(Self.script)
        let base = "http://10.77.0.1:8080"
        #expect(script.files == ["\(base)/stage/vmlinuz", "\(base)/stage/initramfs", "\(base)/stage/site"])
        #expect(script.server == base)
        #expect(script.token == Self.token)
    }

    @Test(arguments: [
        ("#!ipxe\n", ""), ("kernel http", "chain http"), ("boot ||", "exit ||"), ("initrd --name", "imgfree"),
        ("kernel http", "kernel tftp"), ("ingot.token=", "ingot.secret="), ("ingot.server=http", "ingot.server=ftp"),
        ("BOOTIF=01-02", "BOOTIF=01-06"), ("quiet", "ingot.token=fedcba98765432100123456789"),
    ])
    func refusesAScriptThatIsNoStagesOrAnotherHosts(part: String, instead: String) throws {
        #expect(Self.script.contains(part))
        #expect(throws: SimulationError.self) { try read(Self.script.replacing(part, with: instead)) }
    }

    private static let configuration = """
        # Starts the stage on linux.
        for try in 1 2 3; do
            if linux (tftp)/stage/vmlinuz quiet ingot.server=http://10.77.0.1:8080 ingot.token=\(token) \
        BOOTIF=01-02-00-5e-10-20-30; then
                if initrd (tftp)/stage/initramfs (tftp)/stage/site; then
                    boot
                fi
            fi
        done
        """

    @Test func readsAConfigurationOfGRUB() throws {
        let mac = try #require(MACAddress("02:00:5e:10:20:30"))
        let script = try StageScript(grub: Self.configuration, mac: mac)
        #expect(script.files == ["stage/vmlinuz", "stage/initramfs", "stage/site"])
        #expect(script.server == "http://10.77.0.1:8080" && script.token == Self.token)
    }

    @Test(arguments: [
        ("if linux", "if linux16"), ("boot\n", "exit\n"), ("(tftp)/stage/vmlinuz", "/vmlinuz"), ("initrd ", "module "),
        ("BOOTIF=01-02", "BOOTIF=01-06"), ("ingot.token", "token"),
    ])
    func refusesAConfigurationThatIsNoStages(part: String, instead: String) throws {
        let mac = try #require(MACAddress("02:00:5e:10:20:30"))
        #expect(Self.configuration.contains(part))
        let changed = Self.configuration.replacing(part, with: instead)
        #expect(throws: SimulationError.self) { try StageScript(grub: changed, mac: mac) }
    }

    @Test func refusesAShortToken() {
        let script = Self.script.replacing(Self.token, with: "short")
        #expect(throws: SimulationError.self) { try read(script) }
    }
}
