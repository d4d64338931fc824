import AccessPolicy
import FoundationEssentials
import HTTPServices
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NetworkTypes
import Store
import Testing
import UserAPI

/// What every operation has: pages, entity tags, idempotency keys, the audit log.
struct APIPlumbingTests {
    let server: Installation
    let images: ImageInstallation

    init() throws {
        server = try Installation()
        images = try ImageInstallation(provisioner: server.provisioner)
    }

    /// The answer to a request with these header fields.
    private static func answer(
        _ api: ImportAPI, _ method: HTTPRequest.Method, _ path: String, _ body: String = "",
        _ fields: [(String, String)] = []
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.authorization: "Bearer \(api.token)"]
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        return try await api.client.execute(
            uri: path, method: method, headers: headers, body: ByteBuffer(string: body))
    }

    @Test func aListComesInPages() async throws {
        for number in 0..<7 { _ = try await server.account("a\(number)", .member) }
        try await images.serve { api async throws in
            var names: [String] = []
            var sizes: [Int] = []
            var next: String? = ""
            while let after = next {
                let path = "\(APIRoute.accounts)?limit=3" + (after.isEmpty ? "" : "&after=\(APIRoute.segment(after))")
                let page: Page<AccountSummary> = try await api.get(path)
                names += page.items.map(\.name)
                sizes.append(page.items.count)
                next = page.next
            }
            #expect(names == (0..<7).map { "a\($0)" } + ["administrator"])
            #expect(sizes == [3, 3, 2])
        }
    }

    @Test func aPageGoesOnWhereItsLastItemHasGone() async throws {
        for number in 0..<4 { _ = try await server.account("a\(number)", .member) }
        try await images.serve { api async throws in
            let first: Page<AccountSummary> = try await api.get("\(APIRoute.accounts)?limit=2")
            #expect(try await api.status(.delete, APIRoute.account("a1")) == .noContent)
            let after = APIRoute.segment(try #require(first.next))
            let second: Page<AccountSummary> = try await api.get("\(APIRoute.accounts)?limit=9&after=\(after)")
            #expect(second.items.map(\.name) == ["a2", "a3", "administrator"])
        }
    }

    @Test func aPageGoesOnWhereItsLastItemHasAnotherName() async throws {
        for number in 0..<4 { _ = try await server.account("a\(number)", .member) }
        try await images.serve { api async throws in
            let first: Page<AccountSummary> = try await api.get("\(APIRoute.accounts)?limit=2")
            let _: AccountSummary = try await api.patch(APIRoute.account("a1"), AccountChange(name: "z"))
            let after = APIRoute.segment(try #require(first.next))
            let second: Page<AccountSummary> = try await api.get("\(APIRoute.accounts)?limit=9&after=\(after)")
            #expect(second.items.map(\.name) == ["a2", "a3", "administrator", "z"])
        }
    }

    @Test func aChangeThatLooksAtNoStateSaysSo() async throws {
        let token = try await server.account("alice", .member).token
        try await images.serve { api async throws in
            let answer = try await Self.answer(
                api.as(token), .post, APIRoute.uploads, #"{"size": 1}"#, [("If-Match", "*")])
            #expect(answer.status == .badRequest)
        }
    }

    @Test(arguments: ["limit=0", "limit=501", "limit=x", "after=x", "after=a~"])
    func refusesAPage(query: String) async throws {
        try await images.serve { api async throws in
            #expect(try await api.status(.get, "\(APIRoute.accounts)?\(query)") == .badRequest)
        }
    }

    @Test func whatIsKnownAlreadyIsNotSentAgain() async throws {
        _ = try await server.addImage()
        try await images.serve { api async throws in
            let path = APIRoute.image("debian-12")
            let first = try await Self.answer(api, .get, path)
            let tag = try #require(first.headers[.eTag])
            let second = try await Self.answer(api, .get, path, "", [("If-None-Match", tag)])
            #expect(second.status == .notModified && second.body.readableBytes == 0)
            let other = try await Self.answer(api, .get, path, "", [("If-None-Match", "\"other\"")])
            #expect(other.status == .ok && other.headers[.eTag] == tag)
        }
    }

    @Test(arguments: ["image", "revision", "removal", "host", "account"])
    func aChangeIsMeantForOneState(what: String) async throws {
        _ = try await server.addImage()
        _ = try await server.addImage("second")
        _ = try await server.greet()
        _ = try await server.provisioner.accept(host: Installation.mac.description, name: "db1")
        _ = try await server.account("alice", .member)
        try await images.serve { api async throws in
            let (read, method, change, body): (String, HTTPRequest.Method, String, String) =
                switch what {
                case "image":
                    (APIRoute.image("debian-12"), .patch, APIRoute.image("debian-12"), #"{"summary": "x"}"#)
                case "revision":
                    (
                        APIRoute.image("debian-12"), .patch, APIRoute.revision(1, of: "debian-12"),
                        #"{"channel": "stable"}"#
                    )
                case "removal": (APIRoute.image("second"), .delete, APIRoute.image("second"), "")
                case "host": (APIRoute.host("db1"), .patch, APIRoute.host("db1"), #"{"isProtected": true}"#)
                default: (APIRoute.account("alice"), .patch, APIRoute.account("alice"), #"{"imageQuota": 3}"#)
                }
            let tag = try #require(try await Self.answer(api, .get, read).headers[.eTag])
            let stale = try await Self.answer(api, method, change, body, [("If-Match", "\"0123\"")])
            #expect(stale.status == .preconditionFailed)
            #expect(try await Self.answer(api, .get, read).headers[.eTag] == tag)
            let right = try await Self.answer(api, method, change, body, [("If-Match", "\"0123\", \(tag)")])
            #expect(right.status.kind == .successful)
            if method == .patch {
                let late = try await Self.answer(api, method, change, body, [("If-Match", tag)])
                #expect(late.status == .preconditionFailed)
            }
        }
    }

    @Test func aRequestThatIsSentTwiceIsCarriedOutOnce() async throws {
        try await images.serve { api async throws in
            let body = #"{"name": "alice", "role": "member"}"#
            let key = [("Idempotency-Key", "k-1")]
            let first = try await Self.answer(api, .post, APIRoute.accounts, body, key)
            #expect(first.status == .created)
            let second = try await Self.answer(api, .post, APIRoute.accounts, body, key)
            #expect(second.status == .created && second.body == first.body)
            let replayed = try #require(HTTPField.Name("Idempotency-Replayed"))
            #expect(first.headers[replayed] == nil && second.headers[replayed] == "true")
            // Another request with the same key, and the same request without one.
            let other = try await Self.answer(api, .post, APIRoute.accounts, #"{"name": "b", "role": "member"}"#, key)
            #expect(other.status == .unprocessableContent)
            #expect(try await Self.answer(api, .post, APIRoute.accounts, body).status == .conflict)
            server.now.advance(by: 86400)
            #expect(try await Self.answer(api, .post, APIRoute.accounts, body, key).status == .conflict)
        }
    }

    @Test func aRequestThatFailedMayBeSentAgain() async throws {
        try await images.serve { api async throws in
            let key = [("Idempotency-Key", "k-1")]
            let wrong = try await Self.answer(
                api, .post, APIRoute.accounts, #"{"name": "a b", "role": "member"}"#, key)
            #expect(wrong.status == .unprocessableContent)
            let right = try await Self.answer(api, .post, APIRoute.accounts, #"{"name": "a", "role": "member"}"#, key)
            #expect(right.status == .created)
        }
    }

    /// The server was stopped between the change and its answer: nobody knows whether it was made.
    @Test func aRequestWithoutAnOutcomeIsNotCarriedOutAgain() async throws {
        try await images.serve { api async throws in
            let body = #"{"name": "a", "role": "member"}"#
            let key = [("Idempotency-Key", "k-1")]
            #expect(try await Self.answer(api, .post, APIRoute.accounts, body, key).status == .created)
            let now = server.now.value
            try await server.store.write { tx in
                let known = try tx.beginRepeatable(
                    RepeatableRequest(digest: ""), key: "k-1", accountID: Account.firstID, now: now)
                try tx.forgetRepeatable(key: "k-1", accountID: Account.firstID)
                let request = RepeatableRequest(digest: known?.digest ?? "")
                _ = try tx.beginRepeatable(request, key: "k-1", accountID: Account.firstID, now: now)
            }
            let answer = try await Self.answer(api, .post, APIRoute.accounts, body, key)
            #expect(answer.status == .conflict)
            #expect(String(buffer: answer.body).contains("has not ended, or the server was stopped"))
        }
    }

    @Test func aSecretIsNotKeptForARepetition() async throws {
        try await images.serve { api async throws in
            let answer = try await Self.answer(
                api, .post, APIRoute.tokens, #"{"name": "a"}"#, [("Idempotency-Key", "k-1")])
            #expect(answer.status == .badRequest)
        }
    }

    @Test func keysAreAnAccountsOwn() async throws {
        let alice = try await server.account("alice", .administrator)
        try await images.serve { api async throws in
            let key = [("Idempotency-Key", "k-1")]
            let own = try await Self.answer(api, .post, APIRoute.accounts, #"{"name": "a", "role": "member"}"#, key)
            let other = try await Self.answer(
                api.as(alice.token), .post, APIRoute.accounts, #"{"name": "b", "role": "member"}"#, key)
            #expect(own.status == .created && other.status == .created)
        }
    }

    @Test func everyChangeIsWrittenDownWithItsOutcome() async throws {
        let alice = try await server.account("alice", .member)
        try await images.serve { api async throws in
            let bob = AccountRequest(name: "bob", role: .member)
            let _: AccountSummary = try await api.post(APIRoute.accounts, bob)
            #expect(try await api.refusal(.post, APIRoute.accounts, bob).status == .conflict)
            let upload = try await api.as(alice.token).send([1, 2, 3])
            #expect(try await api.status(.get, APIRoute.accounts) == .ok)
            let page: Page<AuditLine> = try await api.get(APIRoute.audit)
            #expect(page.items.map(\.number) == Array(1...8))
            #expect(
                page.items.map(\.operation) == [
                    "createAccount", "createAccount", "createAccount", "createAccount", "createUpload", "createUpload",
                    "appendToUpload", "appendToUpload",
                ])
            #expect(page.items.map(\.status) == [nil, 201, nil, 409, nil, 201, nil, 200])
            #expect(page.items.map(\.outcomeOf) == [nil, 1, nil, 3, nil, 5, nil, 7])
            #expect(
                page.items.map(\.account) == Array(repeating: "administrator", count: 4)
                    + Array(repeating: "alice", count: 4))
            #expect(page.items[0].body == #"{"name":"bob","role":"member"}"#)
            #expect(page.items[6].target == APIRoute.upload(upload, from: 0))
            let hers: Page<AuditLine> = try await api.get(APIRoute.audit(account: "alice", operation: "createUpload"))
            #expect(hers.items.map(\.number) == [5, 6])
            let part: Page<AuditLine> = try await api.get("\(APIRoute.audit)?limit=3&after=2")
            #expect(part.items.map(\.number) == [3, 4, 5] && part.next == "5")
        }
    }

    @Test func secretsStandNowhereInTheLog() async throws {
        try await images.serve { api async throws in
            let order = DeploymentRequest(
                host: "db1", image: "web", sshKeys: ["ssh-ed25519 hidden1"], userData: "hidden2", network: "hidden3")
            #expect(try await api.refusal(.post, APIRoute.deployments, order).status == .notFound)
            let issued: IssuedAPIToken = try await api.post(APIRoute.tokens, APITokenRequest(name: "laptop"))
            let page: Page<AuditLine> = try await api.get(APIRoute.audit)
            let text = page.items.map { "\($0)" }.joined()
            #expect(text.contains("db1") && text.contains("laptop"))
            for secret in ["hidden1", "hidden2", "hidden3", issued.secret] { #expect(!text.contains(secret)) }
        }
    }

    /// What a body is made of is told in a bounded line, whatever its fields are called and however many there are.
    @Test func noBodyFillsTheLog() async throws {
        let long = String(repeating: "a", count: 1 << 20)
        let accents = "a" + String(repeating: "\u{301}", count: 1 << 18)
        let many = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("field\($0)", Array(repeating: "x", count: 50)) })
        try await images.serve { api async throws in
            #expect(try await api.refusal(.post, APIRoute.tokens, [long: 1]).status == .badRequest)
            #expect(try await api.refusal(.post, APIRoute.tokens, ["name": accents]).status != .created)
            #expect(try await api.refusal(.post, APIRoute.tokens, many).status == .badRequest)
            let page: Page<AuditLine> = try await api.get(APIRoute.audit)
            #expect(page.items.count == 6)
            for line in page.items { #expect((line.body?.utf8.count ?? 0) <= 16_384) }
        }
    }

    @Test func aWholeLogIsFoundWhole() async throws {
        try await images.serve { api async throws in
            let empty: AuditVerification = try await api.get(APIRoute.auditVerification)
            #expect(empty.isWhole && empty.count == 0)
            let _: IssuedAPIToken = try await api.post(APIRoute.tokens, APITokenRequest(name: "a"))
            let found: AuditVerification = try await api.get(APIRoute.auditVerification)
            #expect(found.isWhole && found.count == 2 && found.hash?.count == 64 && found.hash != empty.hash)
        }
    }
}
