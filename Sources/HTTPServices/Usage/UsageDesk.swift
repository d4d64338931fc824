package import AccessPolicy
import Metering
import Provisioning
import Store
package import UserAPI

/// What the storage of private images costs.
package struct StoragePrice: Hashable, Sendable {
    /// For a gigabyte (10^9 bytes) and month of 730 hours.
    package var perGigabyteMonth: Double
    /// Such as `EUR`.
    package var currency: String

    package init(perGigabyteMonth: Double = 0, currency: String = "EUR") {
        self.perGigabyteMonth = perGigabyteMonth
        self.currency = currency
    }
}

/// Reports what accounts have used.
package struct UsageDesk: Sendable {
    private let provisioner: Provisioner
    private let meter: Meter
    private let price: @Sendable () -> StoragePrice

    /// - Parameter price: what is asked for now.
    package init(provisioner: Provisioner, meter: Meter, price: @escaping @Sendable () -> StoragePrice) {
        self.provisioner = provisioner
        self.meter = meter
        self.price = price
    }

    /// - Parameters:
    ///   - from: the first day, `2026-11-01`; the first of this month if nil.
    ///   - to: the last day; today if nil.
    ///   - named: another account, which only an administrator may name; one that was removed by its id.
    package func report(
        from: String?, to: String?, of named: String?, askedBy account: Account
    ) async throws -> UsageDetail {
        let today = CalendarDay(MeterClock.day(of: provisioner.clock()))
        let first = try from.map(Self.day) ?? today.firstOfMonth
        let last = try to.map(Self.day) ?? today
        guard first.number <= last.number else {
            throw ProvisioningError(.invalid, "the period from \(first) to \(last) has no day")
        }
        let owner = try await owner(named, account)
        let report = try await meter.report(accountID: owner.id, days: first.number...last.number)
        let price = price()
        func cost(_ hours: Double) -> Double { UsageReport.cost(of: hours, price: price.perGigabyteMonth) }
        return UsageDetail(
            account: owner.name, from: first.description, to: last.description,
            pricePerGBMonth: price.perGigabyteMonth, currency: price.currency, gigabyteHours: report.gigabyteHours,
            cost: cost(report.gigabyteHours),
            images: report.lines.map {
                ImageUsage(
                    imageID: $0.imageID, image: $0.imageName, gigabyteHours: $0.gigabyteHours,
                    cost: cost($0.gigabyteHours))
            })
    }

    /// Whose usage is asked for. The name of an account that was removed is its id.
    private func owner(_ named: String?, _ account: Account) async throws -> (id: String, name: String) {
        guard let named, named != account.id, named != account.name else { return (account.id, account.name) }
        guard account.role == .administrator else {
            throw ProvisioningError(.forbidden, "only an administrator sees what other accounts use")
        }
        return try await provisioner.store.read { tx in
            let known = try tx.account(matching: named)
            if known == nil, try tx.hasUsage(accountID: named) { return (id: named, name: named) }
            let owner = try Provisioner.require(known, "account", named)
            return (id: owner.id, name: owner.name)
        }
    }

    private static func day(_ text: String) throws -> CalendarDay {
        guard let day = CalendarDay(text) else {
            throw ProvisioningError(.invalid, "'\(text)' is no day: 2026-11-01")
        }
        return day
    }
}

extension UsageDetail {
    /// Comma-separated values (RFC 4180), one line for each image.
    var csv: String {
        let lines = images.map { image in
            [
                account, from, to, image.imageID, image.image, "\(image.gigabyteHours)", "\(image.cost)", currency,
            ].joined(separator: ",")
        }
        return (["account,from,to,image_id,image,gigabyte_hours,cost,currency"] + lines)
            .map { $0 + "\r\n" }.joined()
    }
}
