/// Reads bytes of a disk or a file: exactly `count` from `offset` on, else it throws.
package typealias DiskReader = (_ offset: UInt64, _ count: Int) throws -> [UInt8]

extension GPTTable {
    /// Reads the table of a disk: the primary one where it is valid, else the backup. Signature, both checksums and all
    /// ranges are checked.
    package static func read(
        diskSize: UInt64, sectorSize: Int, from read: DiskReader
    ) throws(GPTError) -> GPTTable {
        guard sectorSize == 512 || sectorSize == 4096, diskSize % UInt64(sectorSize) == 0, diskSize > 0 else {
            throw .geometry(diskSize: diskSize, sectorSize: sectorSize)
        }
        let sectors = diskSize / UInt64(sectorSize)
        var faults: [String] = []
        for lba in [1, sectors - 1] {
            switch copy(at: lba, sectors: sectors, sectorSize: sectorSize, from: read) {
            case .success(let table): return table
            case .failure(let fault): faults.append(fault.text)
            }
        }
        throw .invalid(primary: faults[0], backup: faults[1])
    }

    private struct Fault: Error {
        let text: String
    }

    private static func copy(
        at lba: UInt64, sectors: UInt64, sectorSize: Int, from read: DiskReader
    ) -> Result<GPTTable, Fault> {
        guard lba < sectors else { return .failure(Fault(text: "lies beyond the disk")) }
        do {
            let bytes = try read(lba * UInt64(sectorSize), sectorSize)
            let header = try GPTHeader(bytes, at: lba, sectors: sectors, sectorSize: sectorSize)
            let entries = try read(header.entriesLBA * UInt64(sectorSize), header.entryCount * header.entrySize)
            return .success(try header.table(entries: entries, sectors: sectors, sectorSize: sectorSize))
        } catch let error as GPTHeader.Invalid {
            return .failure(Fault(text: error.reason))
        } catch {
            return .failure(Fault(text: "cannot be read (\(error))"))
        }
    }
}
