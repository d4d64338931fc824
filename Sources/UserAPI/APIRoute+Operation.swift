package import NetworkTypes

extension APIRoute {
    package static let reservations = "/api/v1/reservations"
    /// POST; a `ReservationImportRequest`, answered by a `ReservationImportResult`.
    package static let reservationImport = "\(reservations)/import"
    /// POST; answered by a `ReloadReport`.
    package static let reload = "/api/v1/configuration/reload"

    /// DELETE; with `?force=true` also where the host that has it is being deployed.
    package static func lease(_ address: IPv4Address) -> String { "\(leases)/\(address)" }

    /// DELETE.
    package static func reservation(_ address: IPv4Address) -> String { "\(reservations)/\(address)" }
}
