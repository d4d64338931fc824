import FoundationEssentials

/// What a rack leaves behind about itself, so that another process can work with it and remove it.
struct RackRecord: Codable, Hashable {
    var configuration: RackConfiguration
    /// The process that the rack ends with; nil for one that stays until it is removed.
    var owner: Int32?

    /// Throws where the file is missing or is no record.
    init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw RackError("there is no rack here: \(file) is missing")
        }
        do {
            self = try JSONDecoder().decode(RackRecord.self, from: data)
        } catch { throw RackError("\(file) is not the record of a rack: \(error)") }
    }

    init(configuration: RackConfiguration, owner: Int32?) {
        self.configuration = configuration
        self.owner = owner
    }

    func write(to file: String) throws {
        try JSONEncoder().encode(self).write(to: URL(filePath: file), options: .atomic)
    }
}
