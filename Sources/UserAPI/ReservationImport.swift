/// Reserves many addresses at once: POST `/api/v1/reservations/import`.
package struct ReservationImportRequest: Codable, Hashable, Sendable {
    package var reservations: [ReservationRequest]
    /// Whether those that can be taken are taken where others cannot; false if absent: all or none.
    package var skipInvalid: Bool
    /// Whether all is only checked; false if absent.
    package var dryRun: Bool

    package init(reservations: [ReservationRequest], skipInvalid: Bool = false, dryRun: Bool = false) {
        self.reservations = reservations
        self.skipInvalid = skipInvalid
        self.dryRun = dryRun
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case reservations, skipInvalid, dryRun }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        reservations = try container.decode([ReservationRequest].self, forKey: .reservations)
        skipInvalid = try container.decodeIfPresent(Bool.self, forKey: .skipInvalid) ?? false
        dryRun = try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
    }
}

/// What became of an import of reservations.
package struct ReservationImportResult: Codable, Hashable, Sendable {
    /// One that was not taken, and why.
    package struct Refusal: Codable, Hashable, Sendable {
        /// Its place in the request, counted from 0.
        package var index: Int
        package var reason: String

        package init(index: Int, reason: String) {
            self.index = index
            self.reason = reason
        }
    }

    /// How many were added, or would be in a dry run; 0 where one was refused and the others are not to go alone.
    package var added: Int
    /// How many stood there already, in the configuration or beside it.
    package var unchanged: Int
    package var refused: [Refusal]

    package init(added: Int = 0, unchanged: Int = 0, refused: [Refusal] = []) {
        self.added = added
        self.unchanged = unchanged
        self.refused = refused
    }
}
