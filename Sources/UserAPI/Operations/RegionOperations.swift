import ImageFormat

/// Other installations, and what they ask for: `/api/v1/regions`, `/copies`, `/keys`, `/manifests` and `/chunks`.
extension APIOperation {
    static let regionOperations = [
        listRegions, addRegion, removeRegion, saveRegionToken, createCopy, showKeys, showManifest, showChunk,
    ]

    private static let region = "\(APIRoute.regions)/{region}"

    package static let listRegions = APIOperation(
        "listRegions", .get, APIRoute.regions, .everybody, "Lists the regions that images can be copied to.",
        query: .page, answer: .shows(Page<RegionSummary>.self))
    package static let addRegion = APIOperation(
        "addRegion", .post, APIRoute.regions, .administrators, "Adds a region, and trusts its keys from then on.",
        body: .json(RegionRequest.self), answer: .makes(RegionSummary.self))
    package static let removeRegion = APIOperation(
        "removeRegion", .delete, region, .administrators, "Forgets a region.", answer: .nothing)
    package static let saveRegionToken = APIOperation(
        "saveRegionToken", .post, "\(region)/token", .owners, "Keeps the account's own token at a region.",
        body: .json(RegionTokenRequest.self), answer: .shows(RegionSummary.self))
    package static let createCopy = APIOperation(
        "createCopy", .post, APIRoute.copies, .owners, "Orders the copy of a revision to a region.",
        body: .json(CopyRequest.self), answer: .beginsTask)
    package static let showKeys = APIOperation(
        "showKeys", .get, APIRoute.keys, .everybody, "Shows the keys that sign this installation's images.",
        answer: .shows(InstallationKeyList.self))
    package static let showManifest = APIOperation(
        "showManifest", .get, "\(APIRoute.manifests)/{digest}", .owners, "Sends a signed manifest.",
        answer: .shows(SignedDocument.self))
    package static let showChunk = APIOperation(
        "showChunk", .get, "\(APIRoute.chunks)/{digest}", .owners, "Sends a chunk, compressed.",
        answer: .sends("application/zstd"))
}
