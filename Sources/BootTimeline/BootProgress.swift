/// How far a host has come on its way, in order.
enum BootProgress: Int, Comparable, Sendable {
    /// It asks for an address.
    case asking
    /// It has an address.
    case addressed
    /// It has a boot file, whole.
    case loaded
    /// Its loader was told what to do.
    case scripted
    /// Its stage greeted the server.
    case staged
    /// Its stage carries an order out.
    case deploying
    /// The installed system called home.
    case installed

    /// What an occurrence says about this; nil where it says nothing.
    init?(_ occurrence: BootOccurrence) {
        switch occurrence {
        case .received: self = .asking
        case .answered(let record) where record.type == "ACK" && !record.isProxy: self = .addressed
        case .transfer(let transfer) where transfer.ending == .complete: self = .loaded
        case .script: self = .scripted
        case .greeting: self = .staged
        case .phase: self = .deploying
        case .firstBoot: self = .installed
        default: return nil
        }
    }

    static func < (a: BootProgress, b: BootProgress) -> Bool { a.rawValue < b.rawValue }
}
