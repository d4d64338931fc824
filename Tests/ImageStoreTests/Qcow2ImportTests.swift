import ImageFormat
import ImageStore
import Testing

struct Qcow2ImportTests {
    @Test(arguments: ["", "-c", "-o compat=0.10", "-o cluster_size=2M", "-o extended_l2=on,cluster_size=128k"])
    func converts(options: String) async throws {
        let fixture = try Fixture()
        _ = try fixture.scratch.write("plain", sampleDisk)
        try await fixture.scratch.shell("qemu-img convert -f raw -O qcow2 \(options) plain disk")
        let image = try await fixture.importFile(fixture.scratch.path + "/disk", .qcow2)
        #expect(try await fixture.disk(image.manifest) == sampleDisk)
        #expect(try fixture.litter().isEmpty)
    }

    static let refused: [(make: String, reason: String)] = [
        ("qemu-img create -q -f qcow2 -b /etc/passwd -F raw disk 1M", "backing file"),
        ("qemu-img create -q -f qcow2 -o data_file=data disk 1M", "external file"),
        (
            "qemu-img create -q -f qcow2 disk 1M && printf '\\1' | dd of=disk bs=1 seek=35 conv=notrunc status=none",
            "encrypted"
        ),
        ("qemu-img create -q -f qcow2 disk 1M && head -c 60 disk > cut && mv cut disk", "header"),
        (
            "qemu-img create -q -f qcow2 disk 1M && printf '\\4' | dd of=disk bs=1 seek=7 conv=notrunc status=none",
            "version 4"
        ),
        (
            "qemu-img create -q -f qcow2 disk 1M && printf '\\2' | dd of=disk bs=1 seek=79 conv=notrunc status=none",
            "corrupt"
        ),
        (
            "qemu-img create -q -f qcow2 disk 1M && printf '\\1' | dd of=disk bs=1 seek=72 conv=notrunc status=none",
            "features"
        ),
        (
            "qemu-img create -q -f qcow2 disk 1M && printf DATA | dd of=disk bs=1 seek=$((0x70)) conv=notrunc status=none",
            "external data file"
        ),
        ("head -c 1M /dev/zero > disk", "no qcow2 header"),
    ]

    @Test(arguments: refused.indices)
    func refusesWhatReachesBeyondTheFile(index: Int) async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell(Self.refused[index].make)
        let error = await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/disk", .qcow2)
        }
        #expect("\(try #require(error))".contains(Self.refused[index].reason))
        #expect(try fixture.litter().isEmpty)
    }

    @Test func tellsWhyTheConverterFailed() async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell(
            "qemu-img create -q -f qcow2 disk 1M && printf '\\377' | dd of=disk bs=1 seek=40 conv=notrunc status=none")
        let error = await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/disk", .qcow2)
        }
        #expect("\(try #require(error))".contains("qemu-img could not convert"))
        #expect(try fixture.litter().isEmpty)
    }
}
