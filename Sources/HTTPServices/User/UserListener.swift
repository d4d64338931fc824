package import Hummingbird
import Provisioning
import UserAPI

/// The router of the user API: every route is an operation and wants a bearer token, and none of the boot networks' routes
/// is reachable here.
package struct UserListener: Sendable {
    private let authorization: Authorization
    private let hosts: HostRoutes
    private let deployments: DeploymentRoutes
    private let status: StatusRoutes
    private let images: ImageCatalogRoutes
    private let imports: ImportRoutes
    private let tasks: TaskRoutes
    private let credentials: CredentialRoutes
    private let regions: RegionRoutes
    private let leases: LeaseRoutes
    private let reservations: ReservationRoutes
    private let configuration: ConfigurationRoutes
    private let timeline: TimelineRoutes
    private let accounts: AccountRoutes
    private let shares: ShareRoutes
    private let usage: UsageRoutes
    private let audit: AuditRoutes
    private let changes: ChangeRequests

    package init(
        provisioner: Provisioner, settings: any SettingsEncoding, facts: any ServerFacts,
        images services: ImageServices,
        usage: UsageDesk, controls: ServerControls, recorder: TimelineRecorder, captures: any CaptureReading
    ) {
        let desk = AccountDesk(provisioner: provisioner, tasks: services.tasks)
        authorization = Authorization(accounts: desk)
        accounts = AccountRoutes(accounts: desk)
        self.usage = UsageRoutes(usage: usage)
        changes = ChangeRequests(provisioner: provisioner)
        audit = AuditRoutes(audit: changes.audit)
        shares = ShareRoutes(shares: services.shares)
        hosts = HostRoutes(provisioner: provisioner, facts: facts)
        deployments = DeploymentRoutes(provisioner: provisioner, accounts: desk, settings: settings)
        status = StatusRoutes(provisioner: provisioner, facts: facts, started: Timestamp(provisioner.clock()))
        images = ImageCatalogRoutes(catalog: services.catalog)
        imports = ImportRoutes(imports: services.imports, uploads: services.uploads)
        tasks = TaskRoutes(tasks: services.tasks)
        regions = services.regions
        credentials = CredentialRoutes(credentials: services.credentials, exports: services.exports)
        leases = LeaseRoutes(provisioner: provisioner, facts: facts, releasing: controls.leases)
        reservations = ReservationRoutes(reservations: controls.reservations)
        configuration = ConfigurationRoutes(configuration: controls.configuration)
        timeline = TimelineRoutes(provisioner: provisioner, recorder: recorder, captures: captures)
    }

    package func router() -> Router<IngotContext> {
        let router = Router(context: IngotContext.self)
        router.middlewares.add(HeadAnswers())
        router.middlewares.add(Problems())
        router.middlewares.add(authorization)
        router.middlewares.add(KnownMethods())
        let routes = OperationRoutes(router: router, changes: changes)
        hosts.add(to: routes)
        deployments.add(to: routes)
        status.add(to: routes)
        images.add(to: routes)
        imports.add(to: routes)
        tasks.add(to: routes)
        credentials.add(to: routes)
        regions.add(to: routes)
        leases.add(to: routes)
        reservations.add(to: routes)
        configuration.add(to: routes)
        timeline.add(to: routes)
        accounts.add(to: routes)
        shares.add(to: routes)
        usage.add(to: routes)
        audit.add(to: routes)
        return router
    }
}
