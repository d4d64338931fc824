/// What the user API changes of the services beside HTTP.
package struct ServerControls: Sendable {
    let leases: any LeaseReleasing
    let reservations: ReservationDesk
    let configuration: any ConfigurationReloading

    package init(
        leases: any LeaseReleasing, reservations: ReservationDesk, configuration: any ConfigurationReloading
    ) {
        self.leases = leases
        self.reservations = reservations
        self.configuration = configuration
    }
}
