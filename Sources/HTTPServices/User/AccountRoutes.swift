import AccessPolicy
import HTTPTypes
import Hummingbird
import UserAPI

/// `/api/v1/account`, `/api/v1/accounts` and `/api/v1/tokens`.
struct AccountRoutes: Sendable {
    let accounts: AccountDesk

    func add(to routes: OperationRoutes) {
        routes.on(.showOwnAccount) { request, _, account in
            try await request.taggedResponse(accounts.detail(account.id))
        }
        routes.on(.listAccounts) { request, _, _ in
            try await jsonResponse(request.page(accounts.list(), by: \.id, orderedBy: \.name))
        }
        routes.on(.createAccount) { request, context, _ in
            let wanted = try await request.json(AccountRequest.self, limit: context.maxUploadSize)
            return try await jsonResponse(accounts.add(wanted), status: .created)
        }
        routes.on(.showAccount) { request, context, _ in
            try await request.taggedResponse(accounts.detail(context.requiredParameter("account")))
        }
        routes.on(.changeAccount) { request, context, _ in
            let change = try await request.json(AccountChange.self, limit: context.maxUploadSize)
            return try await request.taggedResponse(
                accounts.change(context.requiredParameter("account"), change, expected: IfMatch(request)))
        }
        routes.on(.removeAccount) { request, context, _ in
            try await accounts.remove(
                context.requiredParameter("account"), images: Self.imageFate(request), expected: IfMatch(request))
            return Response(status: .noContent)
        }
        addTokens(to: routes)
    }

    private func addTokens(to routes: OperationRoutes) {
        routes.on(.listTokens) { request, _, account in
            let named = request.uri.queryParameters.get("account")
            return try await jsonResponse(
                request.page(
                    accounts.tokens(of: named, askedBy: account), by: \.id, orderedBy: \.created.description))
        }
        routes.on(.createToken) { request, context, account in
            let wanted = try await request.json(APITokenRequest.self, limit: context.maxUploadSize)
            var response = try await jsonResponse(accounts.issue(wanted, askedBy: account), status: .created)
            response.headers[.cacheControl] = "no-store"
            return response
        }
        routes.on(.revokeToken) { _, context, account in
            try await accounts.revoke(context.requiredParameter("token"), askedBy: account)
            return Response(status: .noContent)
        }
    }

    /// `?images=remove`, or `?moveImagesTo=ACCOUNT`.
    private static func imageFate(_ request: Request) throws -> AccountDesk.ImageFate {
        let query = request.uri.queryParameters
        switch (query.get("images"), query.get("moveImagesTo")) {
        case (nil, nil): return .none
        case ("remove", nil): return .remove
        case (nil, let heir?): return .moveTo(heir)
        default: throw ProvisioningError(.invalid, "say images=remove or moveImagesTo=ACCOUNT, not both")
        }
    }
}
