extension Disk {
    /// What people and receipts call the disk by: its serial, else its WWN, else its slot.
    public var identity: String { serial ?? wwn ?? path }
}
