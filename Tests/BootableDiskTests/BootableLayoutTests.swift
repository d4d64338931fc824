import BootableDisk
import Testing

@Suite struct BootableLayoutTests {
    let layout = BootableLayout(size: DiskExtent(mebibytes: 512), esp: DiskExtent(mebibytes: 64))

    @Test func putsTheRootLastAndLeavesTheBackupTableItsRoom() {
        #expect(layout.bios == 2048...4095)
        #expect(layout.esp == 4096...135_167)
        #expect(layout.root.lowerBound == 135_168)
        #expect(layout.root.upperBound < layout.totalSectors - 33)
        #expect(layout.root.upperBound >= layout.totalSectors - 33 - 8)
    }

    @Test func givesTheRootWholeBlocks() {
        #expect(layout.root.lowerBound % 2048 == 0)
        #expect(layout.root.count % 8 == 0)
        #expect(layout.rootBlocks * 8 == layout.root.count)
    }

    @Test func writesTheTableInOneCall() {
        #expect(
            layout.sgdiskArguments("/d.raw") == [
                "--set-alignment=8", "--new=1:2048:4095", "--typecode=1:EF02", "--change-name=1:bios",
                "--new=2:4096:135167", "--typecode=2:EF00", "--change-name=2:esp", "--new=3:135168:1048535",
                "--typecode=3:8304", "--change-name=3:root", "/d.raw",
            ])
    }
}
