package import NetworkTypes

/// Reservations from beside the configuration, fitted into the configuration's plans. The configuration wins.
package struct ReservationBook: Sendable {
    private struct Entry {
        var reservation: AddressReservation
        var isConfigured: Bool
    }

    private let plans: [SubnetPlan]
    private let serverAddresses: Set<IPv4Address>
    private var byAddress: [IPv4Address: Entry] = [:]
    private var byClient: [LeaseTable.Client: Entry] = [:]

    /// - Parameters:
    ///   - plans: those of the configuration, with its own reservations.
    ///   - serverAddresses: the server's own, which nobody can reserve.
    package init(plans: [SubnetPlan], serverAddresses: Set<IPv4Address>) {
        self.plans = plans
        self.serverAddresses = serverAddresses
        for (index, plan) in plans.enumerated() {
            for reservation in plan.reservations { enter(reservation, subnet: index, isConfigured: true) }
        }
    }

    /// Takes a reservation in; false where the very same one is there already.
    package mutating func add(_ reservation: AddressReservation) throws(ReservationConflict) -> Bool {
        let address = reservation.address
        guard let subnet = plans.firstIndex(where: { $0.subnet.contains(address) }) else {
            throw .outsideEverySubnet(address)
        }
        guard plans[subnet].isHostAddress(address), !serverAddresses.contains(address) else {
            throw .noHostAddress(address)
        }
        guard !reservation.mac.isMulticast, reservation.mac != .zero else { throw .noHostMAC(reservation.mac) }
        if let name = reservation.hostName, !AddressReservation.isValid(hostName: name) { throw .noHostName(name) }
        if let other = byAddress[address] {
            if other.reservation == reservation { return false }
            throw .addressTaken(other.reservation, isConfigured: other.isConfigured)
        }
        if let other = byClient[LeaseTable.Client(subnet: subnet, mac: reservation.mac)] {
            throw .macTaken(other.reservation, plans[subnet].subnet, isConfigured: other.isConfigured)
        }
        enter(reservation, subnet: subnet, isConfigured: false)
        return true
    }

    /// The configuration's plans with the reservations that were added.
    package var merged: [SubnetPlan] {
        let added = byAddress.values.filter { !$0.isConfigured }.map(\.reservation).sorted { $0.address < $1.address }
        return plans.map { plan in
            var plan = plan
            plan.reservations += added.filter { plan.subnet.contains($0.address) }
            return plan
        }
    }

    private mutating func enter(_ reservation: AddressReservation, subnet: Int, isConfigured: Bool) {
        let entry = Entry(reservation: reservation, isConfigured: isConfigured)
        byAddress[reservation.address] = entry
        byClient[LeaseTable.Client(subnet: subnet, mac: reservation.mac)] = entry
    }
}
