/// Reservations of Kea's DHCPv4 server: those of `Dhcp4.subnet4` (also inside `shared-networks`) and the global ones.
/// Hosts that are known by anything but a hardware address are refused by line.
enum KeaReservations {
    static func parse(_ text: String) -> ReservationFile {
        var file = ReservationFile()
        do throws(ReservationFile.Refusal) {
            let document = try CommentedJSON.parse(text)
            guard let server = document["Dhcp4"] else {
                throw ReservationFile.Refusal(line: document.line, reason: "there is no Dhcp4 in it")
            }
            for reservation in reservations(of: server) {
                file.add { () throws(ReservationFile.Refusal) in try entry(reservation) }
            }
        } catch {
            file.refusals.append(error)
        }
        return file
    }

    private static func reservations(of server: CommentedJSON) -> [CommentedJSON] {
        let networks = server["shared-networks"]?.elements ?? []
        let subnets = ([server] + networks).flatMap { $0["subnet4"]?.elements ?? [] }
        return ([server] + subnets).flatMap { $0["reservations"]?.elements ?? [] }
    }

    private static func entry(_ node: CommentedJSON) throws(ReservationFile.Refusal) -> ReservationFile.Entry {
        guard let mac = node["hw-address"] else {
            let others = ["client-id", "duid", "circuit-id", "flex-id"].filter { node[$0] != nil }
            let found = others.first.map { ": it is known by \($0), which is not taken" } ?? ""
            throw ReservationFile.Refusal(line: node.line, reason: "no hw-address\(found)")
        }
        guard let address = node["ip-address"] else {
            throw ReservationFile.Refusal(line: node.line, reason: "no ip-address")
        }
        return try ReservationFile.Entry(
            line: node.line, macText: mac.text ?? "", addressText: address.text ?? "", name: node["hostname"]?.text)
    }
}
