/// Lays options out over the options field and, where they do not fit and those fields are free, over `file` and
/// `sname` (RFC 2132 section 9.3). Options of more than 255 octets are split (RFC 3396).
struct OptionPacker {
    /// The fields in the order in which a receiver joins them; each ends with its end mark.
    private(set) var areas: [Area]

    struct Area {
        let capacity: Int
        var bytes: [UInt8] = []

        var free: Int { capacity - bytes.count }

        mutating func add(_ code: OptionCode, _ data: ArraySlice<UInt8>) {
            bytes.reserveCapacity(capacity)
            bytes.append(code.rawValue)
            bytes.append(UInt8(data.count))
            bytes.append(contentsOf: data)
        }
    }

    private static let overloadSize = 3
    private static let endSize = 1

    /// - Parameters:
    ///   - optionsSize: octets of the options field.
    ///   - fileIsFree, nameIsFree: whether `file` and `sname` may hold options.
    init(optionsSize: Int, fileIsFree: Bool, nameIsFree: Bool) {
        let canOverload = fileIsFree || nameIsFree
        areas = [
            Area(capacity: max(0, optionsSize - Self.endSize - (canOverload ? Self.overloadSize : 0))),
            Area(capacity: fileIsFree ? MessageLayout.bootFileSize - Self.endSize : 0),
            Area(capacity: nameIsFree ? MessageLayout.serverNameSize - Self.endSize : 0),
        ]
    }

    /// Places one option; `DHCPError` where no room is left for it.
    mutating func add(_ code: OptionCode, _ data: ArraySlice<UInt8>) throws(DHCPError) {
        guard data.count <= 255, let index = areas.firstIndex(where: { $0.free >= data.count + 2 }) else {
            return try split(code, data)
        }
        areas[index].add(code, data)
    }

    /// The value of option 52; nil where the options field holds everything.
    var overload: UInt8? {
        let value: UInt8 = (areas[1].bytes.isEmpty ? 0 : 1) | (areas[2].bytes.isEmpty ? 0 : 2)
        return value == 0 ? nil : value
    }

    private mutating func split(_ code: OptionCode, _ data: ArraySlice<UInt8>) throws(DHCPError) {
        var rest = data
        var placed = areas
        for index in placed.indices {
            while placed[index].free > 2 && !rest.isEmpty {
                let piece = rest.prefix(min(255, placed[index].free - 2))
                placed[index].add(code, piece)
                rest = rest.dropFirst(piece.count)
            }
        }
        guard rest.isEmpty, !data.isEmpty else {
            throw DHCPError(
                option: code, offset: data.count - rest.count, expected: "room for the whole option",
                actual: "\(rest.count) octets too many")
        }
        areas = placed
    }
}
