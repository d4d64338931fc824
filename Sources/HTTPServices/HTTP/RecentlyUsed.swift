/// Values up to a total weight, in two generations: what the older one still holds when the younger is full, and nobody
/// asked for meanwhile, is forgotten.
struct RecentlyUsed<Key: Hashable, Value> {
    private struct Entry {
        let value: Value
        let weight: Int
    }

    private let limit: Int
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngWeight = 0

    /// - Parameter limit: the most that the values may weigh together.
    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Value? {
        mutating get {
            if let entry = young[key] { return entry.value }
            guard let entry = old.removeValue(forKey: key) else { return nil }
            add(entry, for: key)
            return entry.value
        }
    }

    /// Keeps a value; one that weighs more than half of the limit is not kept.
    mutating func insert(_ value: Value, for key: Key, weight: Int) {
        guard weight <= limit / 2 else { return }
        remove(key)
        add(Entry(value: value, weight: weight), for: key)
    }

    mutating func remove(_ key: Key) {
        if let former = young.removeValue(forKey: key) { youngWeight -= former.weight }
        old[key] = nil
    }

    private mutating func add(_ entry: Entry, for key: Key) {
        if youngWeight + entry.weight > limit / 2 {
            old = young
            young = [:]
            youngWeight = 0
        }
        young[key] = entry
        youngWeight += entry.weight
    }
}
