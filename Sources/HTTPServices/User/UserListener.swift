package import Hummingbird
import Provisioning
import UserAPI

/// The router of the user API: every route wants a bearer token, and none of the boot networks' routes is reachable
/// here.
package struct UserListener: Sendable {
    private let authorization: Authorization
    private let hosts: HostRoutes
    private let deployments: DeploymentRoutes
    private let status: StatusRoutes
    private let images: ImageCatalogRoutes
    private let imports: ImportRoutes
    private let leases: LeaseRoutes
    private let reservations: ReservationRoutes
    private let configuration: ConfigurationRoutes
    private let timeline: TimelineRoutes

    package init(
        provisioner: Provisioner, settings: any SettingsEncoding, facts: any ServerFacts, imports: ImportService,
        controls: ServerControls, recorder: TimelineRecorder, captures: any CaptureReading
    ) {
        authorization = Authorization(provisioner: provisioner)
        hosts = HostRoutes(provisioner: provisioner, facts: facts)
        deployments = DeploymentRoutes(provisioner: provisioner, settings: settings)
        status = StatusRoutes(provisioner: provisioner, facts: facts, started: Timestamp(provisioner.clock()))
        images = ImageCatalogRoutes(catalog: imports.catalog)
        self.imports = ImportRoutes(imports: imports)
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
        hosts.add(to: router)
        deployments.add(to: router)
        status.add(to: router)
        images.add(to: router)
        imports.add(to: router)
        leases.add(to: router)
        reservations.add(to: router)
        configuration.add(to: router)
        timeline.add(to: router)
        return router
    }
}
