import BootableDisk
import Testing

@Suite struct GrubConfigurationTests {
    private func configuration(_ arguments: [String], timeout: Int = 3) -> GrubConfiguration {
        GrubConfiguration(arguments: arguments, timeout: timeout, rootID: "1234")
    }

    @Test func startsTheKernelFromTheRootFileSystem() {
        let menu = configuration(["quiet"], timeout: 0).menu(
            kernel: "vmlinuz-6.1.0-9-amd64", initramfs: "initrd.img-6.1.0-9-amd64", title: "debian-12")
        #expect(menu.contains("linux /boot/vmlinuz-6.1.0-9-amd64 root=UUID=1234 ro quiet\n"))
        #expect(menu.contains("initrd /boot/initrd.img-6.1.0-9-amd64\n"))
        #expect(menu.contains("set timeout=0\n"))
        #expect(!menu.contains("serial"))
    }

    @Test func mountsTheRootWritableWhereTheRecipeSaysSo() {
        let menu = configuration(["rw"]).menu(kernel: "vmlinuz-6", initramfs: "initrd.img-6", title: "t")
        #expect(menu.contains("root=UUID=1234 rw\n"))
    }

    @Test(
        arguments: [
            (["console=tty0", "console=ttyS1,57600n8"], "--unit=1 --speed=57600"),
            (["console=ttyS0"], "--unit=0 --speed=9600"),
        ])
    func speaksOnTheKernelsSerialConsole(_ arguments: [String], _ settings: String) {
        let configuration = configuration(arguments)
        #expect(
            configuration.menu(kernel: "vmlinuz-6", initramfs: "initrd.img-6", title: "t").contains(
                "if serial \(settings); then"))
        #expect(configuration.defaults(distributor: "Debian").contains("GRUB_SERIAL_COMMAND=\"serial \(settings)\""))
    }

    @Test func findsTheMenuFromTheSystemPartition() {
        let text = configuration([]).esp
        #expect(text.contains("search.fs_uuid 1234 root\n"))
        #expect(text.hasSuffix("configfile $prefix/grub.cfg\n"))
    }

    @Test func keepsTheCommandLineForLaterKernels() {
        #expect(
            configuration(["a=b", "quiet"]).defaults(distributor: "Debian").contains(
                "GRUB_CMDLINE_LINUX=\"a=b quiet\"\n"))
    }
}
