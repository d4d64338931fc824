extension BootOccurrence {
    /// The DHCP message that it is about.
    var dhcp: DHCPRecord? {
        switch self {
        case .received(let record), .answered(let record), .unanswered(let record, _, _), .foreignAnswer(let record, _):
            record
        default: nil
        }
    }

    /// The file that it is about.
    var transferred: TransferRecord? {
        if case .transfer(let record) = self { record } else { nil }
    }

    /// The message that stayed without an answer for this reason, and what was said about it.
    func withoutAnswer(_ wanted: UnansweredReason) -> (record: DHCPRecord, detail: String)? {
        guard case .unanswered(let record, let reason, let detail) = self, reason == wanted else { return nil }
        return (record, detail)
    }
}
