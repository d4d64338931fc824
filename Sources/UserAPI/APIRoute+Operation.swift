package import NetworkTypes

extension APIRoute {
    package static let reservations = "/api/v1/reservations"
    /// POST; a `ReservationImportRequest`, answered by a `ReservationImportResult`.
    package static let reservationImport = "\(reservations)/import"
    package static let audit = "/api/v1/audit"
    package static let auditVerification = "\(audit)/verification"
    /// POST; answered by a `ReloadReport`.
    package static let reload = "/api/v1/configuration/reload"

    /// GET; the lines that fit.
    package static func audit(
        account: String? = nil, operation: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil
    ) -> String {
        let fields = [
            ("account", account), ("operation", operation), ("from", from?.description), ("to", to?.description),
        ].compactMap { name, value in value.map { "\(name)=\(segment($0))" } }
        return audit + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }

    /// DELETE; with `?force=true` also where the host that has it is being deployed.
    package static func lease(_ address: IPv4Address) -> String { "\(leases)/\(address)" }

    /// DELETE.
    package static func reservation(_ address: IPv4Address) -> String { "\(reservations)/\(address)" }
}
