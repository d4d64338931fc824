/// The server itself, its boot networks, and the audit log.
extension APIOperation {
    static let serverOperations = [
        showStatus, showDescription, listLeases, releaseLease, listReservations, addReservation, importReservations,
        removeReservation, reloadConfiguration, listAudit, verifyAudit,
    ]

    package static let showStatus = APIOperation(
        "showStatus", .get, APIRoute.status, .watchers, "Shows how the server does.",
        answer: .shows(ServerStatus.self))
    package static let showDescription = APIOperation(
        "showDescription", .get, APIRoute.description, .everybody, "Sends this document.",
        answer: .sends("application/json"))
    package static let listLeases = APIOperation(
        "listLeases", .get, APIRoute.leases, .watchers, "Lists the addresses that DHCP gave or holds.", query: .page,
        answer: .shows(Page<LeaseSummary>.self))
    package static let releaseLease = APIOperation(
        "releaseLease", .delete, "\(APIRoute.leases)/{address}", .operators, "Takes a lease back.",
        query: [QueryParameter("force", .flag, "Also while the host that has it is being deployed.")],
        answer: .nothing)
    package static let listReservations = APIOperation(
        "listReservations", .get, APIRoute.reservations, .watchers, "Lists the reserved addresses.", query: .page,
        answer: .shows(Page<ReservationSummary>.self))
    package static let addReservation = APIOperation(
        "addReservation", .post, APIRoute.reservations, .operators, "Reserves an address.",
        body: .json(ReservationRequest.self), answer: .makes(ReservationSummary.self))
    package static let importReservations = APIOperation(
        "importReservations", .post, APIRoute.reservationImport, .operators, "Reserves many addresses at once.",
        body: .json(ReservationImportRequest.self), answer: .shows(ReservationImportResult.self))
    package static let removeReservation = APIOperation(
        "removeReservation", .delete, "\(APIRoute.reservations)/{address}", .operators, "Ends a reservation.",
        answer: .nothing)
    package static let reloadConfiguration = APIOperation(
        "reloadConfiguration", .post, APIRoute.reload, .operators, "Reads the configuration again.",
        answer: .shows(ReloadReport.self))
    package static let listAudit = APIOperation(
        "listAudit", .get, APIRoute.audit, .administrators, "Lists what was changed, oldest first.",
        query: [
            QueryParameter("account", .anyText, "Only what this account did."),
            QueryParameter("operation", .anyText, "Only this operation."),
            QueryParameter("from", .moment, "Not what was before."),
            QueryParameter("to", .moment, "Not what was after."),
            QueryParameter("after", .integer(0...Int64.max), "Only lines with a greater number."),
            QueryParameter("limit", .integer(1...500), "How many lines at most; 100 if absent."),
        ],
        answer: .shows(Page<AuditLine>.self))
    package static let verifyAudit = APIOperation(
        "verifyAudit", .get, APIRoute.auditVerification, .administrators, "Checks that no line was changed or cut out.",
        answer: .shows(AuditVerification.self))
}
