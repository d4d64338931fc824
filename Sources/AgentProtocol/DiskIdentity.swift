extension Disk {
    /// What people and receipts call the disk by: its serial, else its WWN, else its slot.
    public var identity: String { serial ?? wwn ?? path }
}

/// Where a disk hangs: a device path below `/sys/devices` without its last component, the kernel's name for the disk, which
/// may change between boots.
public func diskSlot(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[..<$0] } ?? path[...]
}
