import GRDB
package import LeasePolicy
package import NetworkTypes

extension Schema {
    /// Reservations that operators made beside those of the configuration file.
    static let reservations = [
        """
        CREATE TABLE reservations (address TEXT PRIMARY KEY NOT NULL, mac TEXT NOT NULL, host_name TEXT)
        """
    ]
}

extension StoreTransaction {
    /// Every reservation, by address.
    package func reservations() throws -> [AddressReservation] {
        try Row.fetchAll(db, sql: "SELECT address, mac, host_name FROM reservations").map { row in
            let place: String = row["address"]
            let owner: String = row["mac"]
            guard let address = IPv4Address(place), let mac = MACAddress(owner) else {
                throw StoreError(description: "a row of table reservations is damaged: '\(place)', '\(owner)'")
            }
            return AddressReservation(mac: mac, address: address, hostName: row["host_name"])
        }
        .sorted { $0.address < $1.address }
    }

    /// Writes a reservation over whatever stands at its address.
    package func save(_ reservation: AddressReservation) throws {
        try db.execute(
            sql: """
                INSERT INTO reservations (address, mac, host_name) VALUES (?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET mac = excluded.mac, host_name = excluded.host_name
                """,
            arguments: [reservation.address.description, reservation.mac.description, reservation.hostName])
    }

    /// Forgets the reservation of an address; false where there is none.
    package func removeReservation(of address: IPv4Address) throws -> Bool {
        try db.execute(sql: "DELETE FROM reservations WHERE address = ?", arguments: [address.description])
        return db.changesCount > 0
    }
}
