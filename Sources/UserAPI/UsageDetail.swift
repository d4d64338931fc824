/// What an account's private images took up in a period, and what that costs: GET `/api/v1/usage`.
package struct UsageDetail: Codable, Hashable, Sendable {
    /// The account's name; the id of one that was removed.
    package var account: String
    /// The first day, `2026-11-01`, in UTC.
    package var from: String
    /// The last day, in UTC.
    package var to: String
    /// For a gigabyte (10^9 bytes) and month of 730 hours.
    package var pricePerGBMonth: Double
    package var currency: String
    package var gigabyteHours: Double
    package var cost: Double
    package var images: [ImageUsage]

    package init(
        account: String, from: String, to: String, pricePerGBMonth: Double, currency: String, gigabyteHours: Double,
        cost: Double, images: [ImageUsage]
    ) {
        self.account = account
        self.from = from
        self.to = to
        self.pricePerGBMonth = pricePerGBMonth
        self.currency = currency
        self.gigabyteHours = gigabyteHours
        self.cost = cost
        self.images = images
    }
}

/// One image's part of an account's usage.
package struct ImageUsage: Codable, Hashable, Sendable {
    package var imageID: String
    /// The newest name that it had in the period.
    package var image: String
    /// Gigabytes (10^9 bytes) of what is stored, compressed and each chunk once in the account, times hours.
    package var gigabyteHours: Double
    package var cost: Double

    package init(imageID: String, image: String, gigabyteHours: Double, cost: Double) {
        self.imageID = imageID
        self.image = image
        self.gigabyteHours = gigabyteHours
        self.cost = cost
    }
}
