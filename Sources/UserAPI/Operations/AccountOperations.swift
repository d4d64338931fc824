/// `/api/v1/account`, `/accounts`, `/tokens` and `/usage`.
extension APIOperation {
    static let accountOperations = [
        showOwnAccount, showUsage, listAccounts, createAccount, showAccount, changeAccount, removeAccount, listTokens,
        createToken, revokeToken,
    ]

    private static let account = "\(APIRoute.accounts)/{account}"

    package static let showOwnAccount = APIOperation(
        "showOwnAccount", .get, APIRoute.ownAccount, .everybody,
        "Shows the account that asks, and what is left of its quota.",
        answer: .showsTagged(AccountSummary.self))
    package static let showUsage = APIOperation(
        "showUsage", .get, APIRoute.usage, .everybody,
        "Shows what private images took up in a period, and what that costs.",
        query: [
            QueryParameter("from", .day, "The first day; the month's first if absent."),
            QueryParameter("to", .day, "The last day; today if absent."),
            QueryParameter("account", .anyText, "Another account, which only administrators may ask for."),
            QueryParameter("format", .word(["json", "csv"]), "`json` if absent."),
        ],
        answer: AnswerForm(status: 200, contents: [.json(UsageDetail.self), .file("text/csv")]))
    package static let listAccounts = APIOperation(
        "listAccounts", .get, APIRoute.accounts, .administrators, "Lists the accounts.", query: .page,
        answer: .shows(Page<AccountSummary>.self))
    package static let createAccount = APIOperation(
        "createAccount", .post, APIRoute.accounts, .administrators, "Makes an account.",
        body: .json(AccountRequest.self), answer: .makes(AccountSummary.self))
    package static let showAccount = APIOperation(
        "showAccount", .get, account, .administrators, "Shows an account.", answer: .showsTagged(AccountSummary.self))
    package static let changeAccount = APIOperation(
        "changeAccount", .patch, account, .administrators,
        "Renames or disables an account, or changes its role or quota.",
        body: .json(AccountChange.self), answer: .showsTagged(AccountSummary.self), takesIfMatch: true)
    package static let removeAccount = APIOperation(
        "removeAccount", .delete, account, .administrators, "Removes an account; its images have to be told a fate.",
        query: [
            QueryParameter("images", .word(["remove"]), "Removes the account's images."),
            QueryParameter("moveImagesTo", .anyText, "The account that its images go to."),
        ],
        answer: .nothing, takesIfMatch: true)
    package static let listTokens = APIOperation(
        "listTokens", .get, APIRoute.tokens, .everybody, "Lists tokens, without their secrets.",
        query: .page + [
            QueryParameter("account", .anyText, "Another account, which only administrators may ask for.")
        ],
        answer: .shows(Page<APITokenSummary>.self))
    package static let createToken = APIOperation(
        "createToken", .post, APIRoute.tokens, .everybody, "Makes a token; its secret is shown this once.",
        body: .json(APITokenRequest.self), answer: .makes(IssuedAPIToken.self))
    package static let revokeToken = APIOperation(
        "revokeToken", .delete, "\(APIRoute.tokens)/{token}", .everybody, "Revokes a token.", answer: .nothing)
}
