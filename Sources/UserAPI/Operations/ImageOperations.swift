/// `/api/v1/images`.
extension APIOperation {
    static let imageOperations = [
        listImages, showImage, changeImage, removeImage, changeRevision, removeRevision, listImageHosts,
        showPreflight,
    ]

    private static let image = "\(APIRoute.images)/{image}"
    private static let revision = "\(image)/revisions/{number}"

    package static let listImages = APIOperation(
        "listImages", .get, APIRoute.images, .everybody, "Lists the images that the account sees.",
        query: .page + [
            QueryParameter("name", .anyText, "Only those of this name."),
            QueryParameter("owner", .anyText, "Only those of this account."),
            QueryParameter("visibility", .anyText, "Only `public`, `private` or `shared` ones."),
            QueryParameter("tag", .anyText, "Only those with this tag."),
        ],
        answer: .shows(Page<ImageSummary>.self))
    package static let showImage = APIOperation(
        "showImage", .get, image, .everybody, "Shows an image with its revisions.",
        answer: .showsTagged(ImageDetail.self))
    package static let changeImage = APIOperation(
        "changeImage", .patch, image, .owners,
        "Renames, describes, tags, protects, publishes or retires an image.",
        body: .json(ImageChange.self), answer: .showsTagged(ImageDetail.self), takesIfMatch: true)
    package static let removeImage = APIOperation(
        "removeImage", .delete, image, .owners, "Removes an image with all of its revisions; says who still uses it.",
        answer: .shows(ImageRemoval.self), takesIfMatch: true)
    package static let changeRevision = APIOperation(
        "changeRevision", .patch, revision, .owners, "Moves a revision to another channel, or retires it.",
        body: .json(RevisionChange.self), answer: .shows(ImageRevision.self), takesIfMatch: true)
    package static let removeRevision = APIOperation(
        "removeRevision", .delete, revision, .owners, "Removes a revision; says who still uses it.",
        answer: .shows(ImageRemoval.self), takesIfMatch: true)
    package static let listImageHosts = APIOperation(
        "listImageHosts", .get, "\(image)/hosts", .everybody, "Lists the hosts that run an image.", query: .page,
        answer: .shows(Page<ImageUse>.self))
    package static let showPreflight = APIOperation(
        "showPreflight", .get, "\(revision)/preflight", .everybody,
        "Shows what a revision holds, and which models of hosts it fits.",
        query: [QueryParameter("host", .anyText, "Only for this host: id, name or MAC address.")],
        answer: .shows(PreflightReport.self))
}
