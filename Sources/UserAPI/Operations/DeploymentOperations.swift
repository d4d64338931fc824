/// `/api/v1/deployments`.
extension APIOperation {
    static let deploymentOperations = [
        listDeployments, createDeployment, showDeployment, cancelDeployment, showLog, showReceipt, followDeployment,
    ]

    private static let deployment = "\(APIRoute.deployments)/{deployment}"

    package static let listDeployments = APIOperation(
        "listDeployments", .get, APIRoute.deployments, .everybody, "Lists deployments, newest first.",
        query: .pageBehindItem + [
            QueryParameter("host", .anyText, "Only those of this host: id, name or MAC address.")
        ],
        answer: .shows(Page<DeploymentSummary>.self))
    package static let createDeployment = APIOperation(
        "createDeployment", .post, APIRoute.deployments, .owners, "Orders the deployment of an image to a host.",
        body: .json(DeploymentRequest.self), answer: .makes(DeploymentDetail.self))
    package static let showDeployment = APIOperation(
        "showDeployment", .get, deployment, .everybody, "Shows a deployment.",
        answer: .showsTagged(DeploymentDetail.self))
    package static let cancelDeployment = APIOperation(
        "cancelDeployment", .post, "\(deployment)/cancel", .owners,
        "Cancels a deployment: a disk that is being written does not boot; a committed one is not waited for any longer.",
        answer: .shows(DeploymentDetail.self))
    package static let showLog = APIOperation(
        "showDeploymentLog", .get, "\(deployment)/log", .everybody, "Shows what the stage said, oldest line first.",
        query: [QueryParameter("after", .integer(0...Int64.max), "Only lines with a greater id.")],
        answer: .shows(Page<LogLine>.self))
    package static let showReceipt = APIOperation(
        "showReceipt", .get, "\(deployment)/receipt", .everybody, "Sends the signed receipt: CMS in PEM form.",
        answer: .sends("application/pkcs7-mime"))
    package static let followDeployment = APIOperation(
        "followDeployment", .get, "\(deployment)/events", .everybody,
        "Sends each change and each line of the log as server-sent events, until the deployment ends.",
        answer: .sends("text/event-stream"))
}
