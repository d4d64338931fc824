/// Partition type GUIDs, upper-case (UEFI 2.10, table 5-7; the Discoverable Partitions Specification).
package enum PartitionType {
    package static let efiSystem = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
    package static let biosBoot = "21686148-6449-6E6F-744E-656564454649"
    package static let linuxFileSystem = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
    package static let linuxSwap = "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"
    package static let linuxLVM = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
    package static let extendedBoot = "BC13C2FF-59E6-4262-A352-B275FD6F7172"
    package static let rootX86 = "44479540-F297-41B2-9AF7-D131D5F0458A"
    package static let rootX8664 = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"
    package static let rootARM = "69DAD710-2CE4-4E3C-B16C-21A1D49ABED3"
    package static let rootARM64 = "B921B045-1DF0-41C3-AF44-4C6F280D3FAE"
    package static let rootRISCV64 = "72EC70A6-CF74-40E6-BD49-4BDA08E8F224"

    /// The types that say by themselves that `/` is there.
    package static let roots: Set<String> = [rootX86, rootX8664, rootARM, rootARM64, rootRISCV64]
}
