/// Every operation, by what it is about.
extension APIOperation {
    package static let all: [APIOperation] =
        hostOperations + deploymentOperations + imageOperations + shareOperations + importOperations
        + regionOperations + accountOperations + serverOperations

    private static let hostOperations = [
        listHosts, showHost, changeHost, removeHost, showTimeline, diagnoseHost, downloadCapture,
    ]
    package static let listHosts = APIOperation("listHosts", .get, APIRoute.hosts, .everybody)
    package static let showHost = APIOperation("showHost", .get, "\(APIRoute.hosts)/{host}", .everybody)
    package static let changeHost = APIOperation("changeHost", .patch, "\(APIRoute.hosts)/{host}", .operators)
    package static let removeHost = APIOperation("removeHost", .delete, "\(APIRoute.hosts)/{host}", .operators)
    package static let showTimeline = APIOperation(
        "showTimeline", .get, "\(APIRoute.hosts)/{host}/timeline", .everybody)
    package static let diagnoseHost = APIOperation(
        "diagnoseHost", .get, "\(APIRoute.hosts)/{host}/diagnosis", .everybody)
    package static let downloadCapture = APIOperation(
        "downloadCapture", .get, "\(APIRoute.hosts)/{host}/capture", .administrators)

    private static let deploymentOperations = [
        listDeployments, createDeployment, showDeployment, cancelDeployment, showLog, showReceipt, followDeployment,
    ]
    package static let listDeployments = APIOperation("listDeployments", .get, APIRoute.deployments, .everybody)
    package static let createDeployment = APIOperation("createDeployment", .post, APIRoute.deployments, .owners)
    package static let showDeployment = APIOperation(
        "showDeployment", .get, "\(APIRoute.deployments)/{deployment}", .everybody)
    package static let cancelDeployment = APIOperation(
        "cancelDeployment", .post, "\(APIRoute.deployments)/{deployment}/cancel", .owners)
    package static let showLog = APIOperation(
        "showDeploymentLog", .get, "\(APIRoute.deployments)/{deployment}/log", .everybody)
    package static let showReceipt = APIOperation(
        "showReceipt", .get, "\(APIRoute.deployments)/{deployment}/receipt", .everybody)
    package static let followDeployment = APIOperation(
        "followDeployment", .get, "\(APIRoute.deployments)/{deployment}/events", .everybody)

    private static let imageOperations = [
        listImages, showImage, changeImage, removeImage, changeRevision, removeRevision, listImageHosts,
    ]
    package static let listImages = APIOperation("listImages", .get, APIRoute.images, .everybody)
    package static let showImage = APIOperation("showImage", .get, "\(APIRoute.images)/{image}", .everybody)
    package static let changeImage = APIOperation("changeImage", .patch, "\(APIRoute.images)/{image}", .owners)
    package static let removeImage = APIOperation("removeImage", .delete, "\(APIRoute.images)/{image}", .owners)
    package static let changeRevision = APIOperation(
        "changeRevision", .patch, "\(APIRoute.images)/{image}/revisions/{number}", .owners)
    package static let removeRevision = APIOperation(
        "removeRevision", .delete, "\(APIRoute.images)/{image}/revisions/{number}", .owners)
    package static let listImageHosts = APIOperation(
        "listImageHosts", .get, "\(APIRoute.images)/{image}/hosts", .everybody)

    private static let shareOperations = [listShares, offerShare, showShare, changeShare, endShare]
    package static let listShares = APIOperation("listShares", .get, APIRoute.shares, .everybody)
    package static let offerShare = APIOperation("offerShare", .post, APIRoute.shares, .owners)
    package static let showShare = APIOperation("showShare", .get, "\(APIRoute.shares)/{share}", .everybody)
    package static let changeShare = APIOperation("changeShare", .patch, "\(APIRoute.shares)/{share}", .owners)
    package static let endShare = APIOperation("endShare", .delete, "\(APIRoute.shares)/{share}", .owners)

    private static let importOperations = [
        createImport, createExport, createCheck, listCredentials, createCredential, removeCredential, listUploads,
        createUpload, showUpload, appendToUpload, removeUpload, listTasks, showTask,
        cancelTask,
    ]
    package static let createImport = APIOperation("createImport", .post, APIRoute.imports, .owners)
    package static let createExport = APIOperation("createExport", .post, APIRoute.exports, .owners)
    package static let listCredentials = APIOperation("listCredentials", .get, APIRoute.credentials, .owners)
    package static let createCredential = APIOperation("createCredential", .post, APIRoute.credentials, .owners)
    package static let removeCredential = APIOperation(
        "removeCredential", .delete, "\(APIRoute.credentials)/{credential}", .owners)
    package static let createCheck = APIOperation("createCheck", .post, APIRoute.checks, .administrators)
    package static let listUploads = APIOperation("listUploads", .get, APIRoute.uploads, .owners)
    package static let createUpload = APIOperation("createUpload", .post, APIRoute.uploads, .owners)
    package static let showUpload = APIOperation("showUpload", .get, "\(APIRoute.uploads)/{upload}", .owners)
    package static let appendToUpload = APIOperation(
        "appendToUpload", .patch, "\(APIRoute.uploads)/{upload}", .owners)
    package static let removeUpload = APIOperation("removeUpload", .delete, "\(APIRoute.uploads)/{upload}", .owners)
    package static let listTasks = APIOperation("listTasks", .get, APIRoute.tasks, .owners)
    package static let showTask = APIOperation("showTask", .get, "\(APIRoute.tasks)/{task}", .owners)
    package static let cancelTask = APIOperation("cancelTask", .delete, "\(APIRoute.tasks)/{task}", .owners)

    private static let regionOperations = [
        listRegions, addRegion, removeRegion, saveRegionToken, createCopy, showKeys, showManifest, showChunk,
    ]
    package static let listRegions = APIOperation("listRegions", .get, APIRoute.regions, .everybody)
    package static let addRegion = APIOperation("addRegion", .post, APIRoute.regions, .administrators)
    package static let removeRegion = APIOperation(
        "removeRegion", .delete, "\(APIRoute.regions)/{region}", .administrators)
    package static let saveRegionToken = APIOperation(
        "saveRegionToken", .post, "\(APIRoute.regions)/{region}/token", .owners)
    package static let createCopy = APIOperation("createCopy", .post, APIRoute.copies, .owners)
    package static let showKeys = APIOperation("showKeys", .get, APIRoute.keys, .everybody)
    package static let showManifest = APIOperation(
        "showManifest", .get, "\(APIRoute.manifests)/{digest}", .owners)
    package static let showChunk = APIOperation("showChunk", .get, "\(APIRoute.chunks)/{digest}", .owners)

    private static let accountOperations = [
        showOwnAccount, showUsage, listAccounts, createAccount, showAccount, changeAccount, removeAccount, listTokens,
        createToken, revokeToken,
    ]
    package static let showOwnAccount = APIOperation("showOwnAccount", .get, APIRoute.ownAccount, .everybody)
    package static let showUsage = APIOperation("showUsage", .get, APIRoute.usage, .everybody)
    package static let listAccounts = APIOperation("listAccounts", .get, APIRoute.accounts, .administrators)
    package static let createAccount = APIOperation("createAccount", .post, APIRoute.accounts, .administrators)
    package static let showAccount = APIOperation(
        "showAccount", .get, "\(APIRoute.accounts)/{account}", .administrators)
    package static let changeAccount = APIOperation(
        "changeAccount", .patch, "\(APIRoute.accounts)/{account}", .administrators)
    package static let removeAccount = APIOperation(
        "removeAccount", .delete, "\(APIRoute.accounts)/{account}", .administrators)
    package static let listTokens = APIOperation("listTokens", .get, APIRoute.tokens, .everybody)
    package static let createToken = APIOperation("createToken", .post, APIRoute.tokens, .everybody)
    package static let revokeToken = APIOperation("revokeToken", .delete, "\(APIRoute.tokens)/{token}", .everybody)

    private static let serverOperations = [
        showStatus, listLeases, releaseLease, listReservations, addReservation, importReservations,
        removeReservation, reloadConfiguration, listAudit, verifyAudit,
    ]
    package static let showStatus = APIOperation("showStatus", .get, APIRoute.status, .watchers)
    package static let listLeases = APIOperation("listLeases", .get, APIRoute.leases, .watchers)
    package static let releaseLease = APIOperation("releaseLease", .delete, "\(APIRoute.leases)/{address}", .operators)
    package static let listReservations = APIOperation("listReservations", .get, APIRoute.reservations, .watchers)
    package static let addReservation = APIOperation("addReservation", .post, APIRoute.reservations, .operators)
    package static let importReservations = APIOperation(
        "importReservations", .post, APIRoute.reservationImport, .operators)
    package static let removeReservation = APIOperation(
        "removeReservation", .delete, "\(APIRoute.reservations)/{address}", .operators)
    package static let reloadConfiguration = APIOperation(
        "reloadConfiguration", .post, APIRoute.reload, .operators)
    package static let listAudit = APIOperation("listAudit", .get, APIRoute.audit, .administrators)
    package static let verifyAudit = APIOperation(
        "verifyAudit", .get, APIRoute.auditVerification, .administrators)
}
