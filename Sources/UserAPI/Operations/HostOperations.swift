/// `/api/v1/hosts`.
extension APIOperation {
    static let hostOperations = [
        listHosts, showHost, changeHost, removeHost, showTimeline, diagnoseHost, downloadCapture, listModels,
    ]

    private static let host = "\(APIRoute.hosts)/{host}"

    package static let listHosts = APIOperation(
        "listHosts", .get, APIRoute.hosts, .everybody, "Lists the hosts that the account sees.",
        query: .page + [QueryParameter("rack", .anyText, "Only those that stand in this rack.")],
        answer: .shows(Page<HostSummary>.self))
    package static let showHost = APIOperation(
        "showHost", .get, host, .everybody, "Shows a host with its inventory.", answer: .showsTagged(HostDetail.self))
    package static let changeHost = APIOperation(
        "changeHost", .patch, host, .operators, "Accepts, renames, protects or assigns a host, or lets it go on.",
        body: .json(HostChange.self), answer: .showsTagged(HostDetail.self), takesIfMatch: true)
    package static let removeHost = APIOperation(
        "removeHost", .delete, host, .operators, "Forgets a host.", answer: .nothing, takesIfMatch: true)
    package static let showTimeline = APIOperation(
        "showTimeline", .get, "\(host)/timeline", .everybody, "Shows what was seen of a host's boots, newest last.",
        query: [QueryParameter("limit", .integer(1...500), "How many events at most; 100 if absent.")],
        answer: .shows(Page<TimelineEntry>.self))
    package static let diagnoseHost = APIOperation(
        "diagnoseHost", .get, "\(host)/diagnosis", .everybody, "Says why a host does not boot.",
        answer: .shows(HostDiagnosis.self))
    package static let downloadCapture = APIOperation(
        "downloadCapture", .get, "\(host)/capture", .administrators, "Sends a host's last packets.",
        answer: .sends("application/vnd.tcpdump.pcap"))
    package static let listModels = APIOperation(
        "listModels", .get, APIRoute.models, .everybody, "Lists the models of the hosts that the account sees.",
        query: .page, answer: .shows(Page<ModelSummary>.self))
}
