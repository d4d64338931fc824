import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeasePolicy
import NIOCore
import NetworkTypes
import Testing
import UserAPI

/// Leases, reservations and the reload of the configuration.
struct OperationRouteTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    @Test func addsListsAndRemovesAReservation() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let wanted = try rack.request(30, "db1")
            let made: ReservationSummary = try await api.post(APIRoute.reservations, wanted, .created)
            #expect(made.address == wanted.address && made.hostName == "db1" && !made.isConfigured)
            let kept = AddressReservation(mac: wanted.mac, address: wanted.address, hostName: "db1")
            #expect(try rack.inForce == [rack.configured(), kept])
            let page: Page<ReservationSummary> = try await api.get(APIRoute.reservations)
            #expect(page.items.map(\.isConfigured) == [true, false])

            let path = APIRoute.reservation(wanted.address)
            #expect(try await api.status(.delete, path) == .noContent)
            #expect(try rack.inForce == [rack.configured()])
            #expect(try await api.status(.delete, path) == .notFound)
            #expect(try await api.status(.delete, APIRoute.reservation(rack.address(20))) == .conflict)
            #expect(try await api.status(.delete, APIRoute.reservations + "/here") == .badRequest)
        }
    }

    @Test func refusesAReservationThatTheConfigurationContradicts() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let problem: ProblemDetails = try await api.post(APIRoute.reservations, rack.request(20), .conflict)
            #expect(problem.detail?.contains("10.0.0.20 is reserved for") == true)
            #expect(problem.detail?.contains("in the configuration") == true)
            let far = try ReservationRequest(mac: rack.request(30).mac, address: IPv4Address(10, 9, 0, 1))
            let outside: ProblemDetails = try await api.post(APIRoute.reservations, far, .conflict)
            #expect(outside.detail == "10.9.0.1 lies in no subnet of the configuration")
            #expect(try rack.inForce == [rack.configured()])
        }
    }

    @Test func importsAllOrNothingUnlessToldOtherwise() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let rows = try [rack.request(30), rack.request(20), rack.request(31), rack.request(30)]
            let path = APIRoute.reservationImport
            let refused: ReservationImportResult = try await api.post(
                path, ReservationImportRequest(reservations: rows))
            #expect(refused.added == 0 && refused.refused.map(\.index) == [1])
            let dry: ReservationImportResult = try await api.post(
                path, ReservationImportRequest(reservations: rows, skipInvalid: true, dryRun: true))
            #expect(dry.added == 2 && dry.unchanged == 1)
            #expect(rack.inForce.count == 1)
            let done: ReservationImportResult = try await api.post(
                path, ReservationImportRequest(reservations: rows, skipInvalid: true))
            #expect(done == dry)
            #expect(rack.inForce.map(\.address) == [20, 30, 31].map(rack.address))
            let again: ReservationImportResult = try await api.post(
                path, ReservationImportRequest(reservations: rows, skipInvalid: true))
            #expect(again.added == 0 && again.unchanged == 3)
        }
    }

    @Test func keepsWhatAnotherConfigurationContradictsOutOfForce() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let wanted = try rack.request(30)
            let _: ReservationSummary = try await api.post(APIRoute.reservations, wanted, .created)
            try await rack.desk.configure([try rack.plan(reserving: 30)])
            #expect(try rack.inForce.map(\.mac) == [rack.configured().mac])
            #expect(await rack.desk.conflicts.count == 1)
            let page: Page<ReservationSummary> = try await api.get(APIRoute.reservations)
            #expect(page.items.compactMap(\.conflict).first?.contains("10.0.0.30 is reserved for") == true)

            try await rack.desk.configure([try rack.plan(reserving: 20)])
            #expect(rack.inForce.map(\.address) == [20, 30].map(rack.address))
            #expect(await rack.desk.conflicts.isEmpty)
        }
    }

    @Test func putsWhatIsKeptInForceAtTheStart() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let _: ReservationSummary = try await api.post(APIRoute.reservations, rack.request(30), .created)
        }
        let next = try await OperatedRack(server)
        #expect(next.inForce.map(\.address) == [20, 30].map(next.address))
    }

    @Test func changesThatComeTogetherAreAllInForce() async throws {
        let rack = try await OperatedRack(server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in 30...60 as ClosedRange<UInt8> {
                let wanted = AddressReservation(
                    mac: try rack.request(host).mac, address: rack.address(host))
                group.addTask { _ = try await rack.desk.add([wanted], skipInvalid: false, isDryRun: false) }
            }
            try await group.waitForAll()
        }
        #expect(rack.inForce.count == 32)
    }

    @Test func releasesALease() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api async throws in
            #expect(try await api.status(.delete, APIRoute.lease(rack.address(10))) == .noContent)
            #expect(rack.leases.released == [rack.address(10)])
            rack.leases.outcome = .nothingThere
            #expect(try await api.status(.delete, APIRoute.lease(rack.address(11))) == .notFound)
            rack.leases.outcome = .notWritten
            #expect(try await api.status(.delete, APIRoute.lease(rack.address(11))) == .serviceUnavailable)
            #expect(try await api.status(.delete, APIRoute.leases + "/here") == .badRequest)
        }
    }

    @Test func keepsTheLeaseOfAHostThatIsDeployedUnlessForced() async throws {
        _ = try await server.orderedHost()
        let rack = try await OperatedRack(server)
        try await serve(rack) { api async throws in
            let path = APIRoute.lease(rack.address(10))
            #expect(try await api.status(.delete, path) == .conflict)
            #expect(rack.leases.released.isEmpty)
            #expect(try await api.status(.delete, path + "?force=true") == .noContent)
            #expect(rack.leases.released == [rack.address(10)])
        }
    }

    @Test func listsLeasesWithTheirHosts() async throws {
        _ = try await server.greet()
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let page: Page<LeaseSummary> = try await api.get(APIRoute.leases)
            #expect(page.items.map(\.address) == [rack.address(10)])
            #expect(page.items.first?.hostID != nil)
        }
    }

    @Test func tellsWhatAReloadDidOrWhyItDidNot() async throws {
        let rack = try await OperatedRack(server)
        try await serve(rack) { api in
            let report: ReloadReport = try await api.post(APIRoute.reload)
            #expect(report == ReloadReport(warnings: ["w"], needsRestart: ["data"]))
            rack.reload.isWrong = true
            let problem: ProblemDetails = try await api.post(APIRoute.reload, .unprocessableContent)
            #expect(problem.detail == "dhcp: it is wrong")
        }
    }

    private func serve(_ rack: OperatedRack, _ body: @Sendable (OperationAPI) async throws -> Void) async throws {
        let token = try await server.provisioner.makeAPIToken(name: "administrator")
        let router = try rack.router(images: images.services)
        try await Application(router: router, logger: Installation.log).test(.router) { client in
            try await body(OperationAPI(client: client, token: token))
        }
    }
}
