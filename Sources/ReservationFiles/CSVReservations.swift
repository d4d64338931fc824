/// Reservations as comma-separated values below a header, which names the columns in any order.
enum CSVReservations {
    private static let columns = ["mac", "address", "hostname"]

    static func parse(_ text: String) -> ReservationFile {
        var file = ReservationFile()
        var records = CSVRecords(text)
        var header: [String: Int]?
        while true {
            do throws(ReservationFile.Refusal) {
                guard let record = try records.next() else { break }
                let fields = record.fields.map(trimmed)
                if fields.allSatisfy(\.isEmpty) { continue }
                if let header {
                    file.add { () throws(ReservationFile.Refusal) in
                        try entry(CSVRecords.Record(line: record.line, fields: fields), header)
                    }
                } else {
                    header = try columnNumbers(CSVRecords.Record(line: record.line, fields: fields))
                }
            } catch {
                file.refusals.append(error)
                // Without a header no line can be read.
                if header == nil { return file }
                records.skipLine()
            }
        }
        if header == nil { file.refusals.append(ReservationFile.Refusal(line: 1, reason: "there is no header")) }
        return file
    }

    private static func columnNumbers(_ record: CSVRecords.Record) throws(ReservationFile.Refusal) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for (number, field) in record.fields.enumerated() {
            let name = field.lowercased()
            guard columns.contains(name), numbers[name] == nil else {
                throw ReservationFile.Refusal(
                    line: record.line,
                    reason: "the header has '\(field)', expected mac, address and hostname, each once, in any order")
            }
            numbers[name] = number
        }
        for name in columns.dropLast() where numbers[name] == nil {
            throw ReservationFile.Refusal(line: record.line, reason: "the header has no column \(name)")
        }
        return numbers
    }

    private static func entry(
        _ record: CSVRecords.Record, _ header: [String: Int]
    ) throws(ReservationFile.Refusal) -> ReservationFile.Entry {
        guard record.fields.count == header.count else {
            throw ReservationFile.Refusal(
                line: record.line, reason: "\(record.fields.count) fields, where the header has \(header.count)")
        }
        func field(_ name: String) -> String? { header[name].map { record.fields[$0] } }
        return try ReservationFile.Entry(
            line: record.line, macText: field("mac") ?? "", addressText: field("address") ?? "",
            name: field("hostname"))
    }
}

/// Without spaces and tabs at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
    return String(String(text.drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
}
