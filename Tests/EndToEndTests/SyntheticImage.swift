import Glibc
import VirtualRack

/// A small disk image with all that an import asks for; most of it does not compress.
enum SyntheticImage {
    private static let script = """
        set -e
        mkdir "$0"; cd "$0"
        truncate -s $1M disk
        sgdisk -n 14:2048:+1M -t 14:ef02 -n 15:0:+8M -t 15:ef00 -n 1:0:0 -t 1:8304 disk > /dev/null
        start() { sgdisk -i $1 disk | awk '/First sector/ { print $3 }'; }
        length() { sgdisk -i $1 disk | awk '/Partition size/ { print $3 }'; }
        mkdir -p root/usr/lib root/etc
        printf 'ID=debian\\nVERSION_ID="12"\\nPRETTY_NAME="Debian 12"\\n' > root/usr/lib/os-release
        ln -s ../usr/lib/os-release root/etc/os-release
        head -c $(($1 * 7 / 8 - 16))M /dev/urandom > root/usr/lib/data
        mke2fs -q -F -t ext4 -d root -E offset=$(($(start 1) * 512)) disk $(($(length 1) / 2))k
        esp="disk@@$(($(start 15) * 512))"
        mformat -i $esp -T $(length 15) ::
        mmd -i $esp ::/EFI ::/EFI/BOOT
        printf loader | mcopy -i $esp - ::/EFI/BOOT/BOOTX64.EFI
        printf '\\353\\143' | dd of=disk conv=notrunc status=none
        """

    /// Makes the image in a new directory and returns its path.
    static func make(in directory: String, mebibytes: Int = 64) async throws -> String {
        try await Tool.run("bash", ["-c", script, directory, "\(mebibytes)"])
        return directory + "/disk"
    }
}
