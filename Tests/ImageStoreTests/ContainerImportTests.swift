import ImageFormat
import ImageStore
import Testing

/// Disks of other makers' formats, made by `qemu-img` and then spoilt.
struct ContainerImportTests {
    static let makers: [(format: DiskImageFormat, options: String)] = [
        (.vmdk, "-O vmdk"), (.vmdk, "-O vmdk -o subformat=streamOptimized"), (.vmdk, "-O vmdk -o zeroed_grain=on"),
        (.vhd, "-O vpc"), (.vhd, "-O vpc -o subformat=fixed"), (.vhd, "-O vpc -o subformat=fixed,force_size=on"),
        (.vhdx, "-O vhdx"), (.vhdx, "-O vhdx -o subformat=fixed"),
    ]

    @Test(arguments: makers.indices)
    func converts(index: Int) async throws {
        let maker = Self.makers[index]
        let fixture = try Fixture()
        _ = try fixture.scratch.write("plain", sampleDisk)
        try await fixture.scratch.shell("qemu-img convert -f raw \(maker.options) plain disk")
        let image = try await fixture.importFile(fixture.scratch.path + "/disk", maker.format)
        let disk = try await fixture.disk(image.manifest)
        // A VHD's disk is rounded up to whole cylinders.
        #expect(disk.starts(with: sampleDisk) && disk[sampleDisk.count...].allSatisfy { $0 == 0 })
        #expect(maker.format == .vhd || disk.count == sampleDisk.count)
        #expect(try fixture.litter().isEmpty)
    }

    static let refused: [(format: DiskImageFormat, make: String, reason: String)] = [
        (.vmdk, "qemu-img create -q -f vmdk base 1M && qemu-img create -q -f vmdk -b base -F vmdk disk", "parent"),
        (.vmdk, "qemu-img create -q -f vmdk -o subformat=monolithicFlat disk 1M", "no single sparse VMDK"),
        (.vmdk, "qemu-img create -q -f vmdk disk 1M && \(zeros(at: 12, 8))", "other files"),
        (.vmdk, "qemu-img create -q -f vmdk disk 1M && \(bytes("\\11", at: 4))", "version 9"),
        (.vmdk, "qemu-img create -q -f vmdk disk 1M && \(bytes("\\377\\377\\377", at: 46))", "grain tables"),
        (.vmdk, "head -c 1M /dev/zero > disk", "no single sparse VMDK"),
        (.vmdk, "printf COWD > disk && head -c 1M /dev/zero >> disk", "no single sparse VMDK"),
        // A grain directory that a footer is to tell of.
        (
            .vmdk, "qemu-img create -q -f vmdk disk 1M && \(bytes(String(repeating: "\\377", count: 8), at: 56))",
            "footer"
        ),
        (.vhd, "qemu-img create -q -f vpc disk 1M && truncate -s -1 disk", "no VHD footer"),
        (.vhd, "qemu-img create -q -f vpc disk 1M && \(bytes("\\1", at: 16))", "differ"),
        (
            .vhd,
            "qemu-img create -q -f vpc -o subformat=fixed disk 1M && s=$(stat -c %s disk) && "
                + "printf '\\1' | dd of=disk bs=1 seek=$((s - 500)) conv=notrunc status=none",
            "checksum"
        ),
        (
            .vhd, "qemu-img create -q -f vpc -o subformat=fixed disk 1M && tail -c 512 disk > cut && mv cut disk",
            "cut off"
        ),
        (.vhd, "head -c 1M /dev/zero > disk", "no VHD footer"),
        (.vhdx, "qemu-img create -q -f vhdx disk 1M && truncate -s 1M disk", "metadata"),
        (.vhdx, "qemu-img create -q -f vhdx disk 1M && \(zeros(at: 196608, 131072))", "region tables"),
        (.vhdx, "head -c 1M /dev/zero > disk", "no VHDX signature"),
        (.vhdx, "printf vhdxfile > disk", "region tables"),
        // What is declared decides: a probe would take each of these.
        (.vmdk, "qemu-img create -q -f qcow2 disk 1M", "no single sparse VMDK"),
        (.vhd, "qemu-img create -q -f vhdx disk 1M", "no VHD footer"),
        (.raw, "qemu-img create -q -f vhdx disk 1M", "vhdx"),
        (.raw, "qemu-img create -q -f vpc disk 1M", "vhd"),
    ]

    private static func bytes(_ text: String, at offset: Int) -> String {
        "printf '\(text)' | dd of=disk bs=1 seek=\(offset) conv=notrunc status=none"
    }

    private static func zeros(at offset: Int, _ count: Int) -> String {
        "dd if=/dev/zero of=disk bs=1 seek=\(offset) count=\(count) conv=notrunc status=none"
    }

    /// T24 and T25.
    @Test(arguments: refused.indices)
    func refusesWhatReachesBeyondTheFileOrIsDamaged(index: Int) async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell(Self.refused[index].make)
        let error = await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/disk", Self.refused[index].format)
        }
        #expect("\(try #require(error))".contains(Self.refused[index].reason), "\(error.map { "\($0)" } ?? "")")
        #expect(try fixture.litter().isEmpty)
    }

    /// A VHD that is made of another, and a VHDX: nothing here makes them, so that their fields are set.
    @Test func refusesAVHDWithAParent() async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell("qemu-img create -q -f vpc disk 1M")
        var bytes = try fixture.scratch.read("disk")
        for start in [0, bytes.count - 512] {
            bytes[start + 63] = 4
            let sum = bytes[start..<start + 512].enumerated().reduce(UInt32(0)) {
                (64..<68).contains($1.offset) ? $0 : $0 &+ UInt32($1.element)
            }
            for index in 0..<4 { bytes[start + 64 + index] = UInt8(truncatingIfNeeded: ~sum >> UInt32(24 - 8 * index)) }
        }
        try await expectParent(bytes, .vhd, fixture)
    }

    @Test func refusesAVHDXWithAParent() async throws {
        let fixture = try Fixture()
        try await fixture.scratch.shell("qemu-img create -q -f vhdx disk 1M")
        var bytes = try fixture.scratch.read("disk")
        // CAA16737-FA36-4D43-B3B6-33F0AA44E76B, the file parameters.
        let id: [UInt8] = [
            0x37, 0x67, 0xA1, 0xCA, 0x36, 0xFA, 0x43, 0x4D, 0xB3, 0xB6, 0x33, 0xF0, 0xAA, 0x44, 0xE7, 0x6B,
        ]
        let entry = try #require(
            (1 << 20..<bytes.count - 16).first { bytes[$0] == 0x37 && Array(bytes[$0..<$0 + 16]) == id })
        let offset = (0..<4).reduce(0) { $0 | Int(bytes[entry + 16 + $1]) << (8 * $1) }
        let region = entry / (1 << 20) * (1 << 20)
        bytes[region + offset + 4] |= 2
        try await expectParent(bytes, .vhdx, fixture)
    }

    private func expectParent(_ bytes: [UInt8], _ format: DiskImageFormat, _ fixture: Fixture) async throws {
        let path = try fixture.scratch.write("child", bytes)
        let error = await #expect(throws: ImportError.self) { try await fixture.importFile(path, format) }
        #expect("\(try #require(error))".contains("parent"), "\(error.map { "\($0)" } ?? "")")
    }

    @Test(arguments: [DiskImageFormat.vmdk, .vhd, .vhdx])
    func refusesADiskThatIsTooLarge(format: DiskImageFormat) async throws {
        let fixture = try Fixture(limits: ImportLimits(maximumVirtualSize: 4 << 20))
        let name = format == .vhd ? "vpc" : format.name
        try await fixture.scratch.shell("qemu-img create -q -f \(name) disk 64M")
        let error = await #expect(throws: ImportError.self) {
            try await fixture.importFile(fixture.scratch.path + "/disk", format)
        }
        #expect("\(try #require(error))".contains("larger than the limit"))
    }
}
