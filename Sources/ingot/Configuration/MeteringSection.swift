import HTTPServices
import UserAPI

/// What the storage of private images costs.
struct MeteringSection: Decodable, Equatable {
    /// For a gigabyte (10^9 bytes) and month of 730 hours.
    var pricePerGBMonth: Double
    /// Such as `EUR`: three capital letters (ISO 4217).
    var currency: String

    enum CodingKeys: String, CodingKey, CaseIterable { case pricePerGBMonth, currency }

    init(pricePerGBMonth: Double = 0, currency: String = "EUR") {
        self.pricePerGBMonth = pricePerGBMonth
        self.currency = currency
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        pricePerGBMonth = try container.decodeIfPresent(Double.self, forKey: .pricePerGBMonth) ?? pricePerGBMonth
        currency = try container.decodeIfPresent(String.self, forKey: .currency) ?? currency
        guard pricePerGBMonth >= 0, pricePerGBMonth.isFinite else {
            throw CommandError("metering.pricePerGBMonth: \(pricePerGBMonth) is no price")
        }
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw CommandError("metering.currency: '\(currency)' is no currency, expected three capital letters")
        }
    }

    var price: StoragePrice { StoragePrice(perGigabyteMonth: pricePerGBMonth, currency: currency) }
}
