extension Disk {
    /// What people and receipts call the disk by: its serial, else its WWN, else its slot.
    public var identity: String { serial ?? wwn ?? path }
}

/// Where a disk hangs: a device path below `/sys/devices` without the kernel's name for the disk, which may change between
/// boots. Nothing else tells virtual devices apart, so their paths stay whole.
public func diskSlot(_ path: String) -> Substring {
    let parts = path.split(separator: "/")
    guard parts.first != "virtual", parts.dropLast().last == "block", let end = path.lastIndex(of: "/") else {
        return path[...]
    }
    return path[..<end]
}
