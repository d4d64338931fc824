/// `/api/v1/shares`.
extension APIOperation {
    static let shareOperations = [listShares, offerShare, showShare, changeShare, endShare]

    private static let share = "\(APIRoute.shares)/{share}"

    package static let listShares = APIOperation(
        "listShares", .get, APIRoute.shares, .everybody, "Lists the shares that the account gives or receives.",
        query: .page, answer: .shows(Page<ShareDetail>.self))
    package static let offerShare = APIOperation(
        "offerShare", .post, APIRoute.shares, .owners, "Offers an image to another account.",
        body: .json(ShareRequest.self), answer: .makes(ShareDetail.self))
    package static let showShare = APIOperation(
        "showShare", .get, share, .everybody, "Shows a share.", answer: .showsTagged(ShareDetail.self))
    package static let changeShare = APIOperation(
        "changeShare", .patch, share, .owners, "Accepts or rejects a share, or changes what it allows.",
        body: .json(ShareChange.self), answer: .showsTagged(ShareDetail.self), takesIfMatch: true)
    package static let endShare = APIOperation(
        "endShare", .delete, share, .owners, "Revokes a share, or gives it up.", answer: .nothing, takesIfMatch: true)
}
