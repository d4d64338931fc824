import AccessPolicy
import Testing
import UserAPI

/// Who may do what with whose image.
struct ImageAccessTests {
    private static func account(_ id: String, _ role: AccountRole) -> Account {
        Account(id: id, name: id, role: role, createdAt: 0)
    }

    private static func image(_ visibility: ImageVisibility) -> Image {
        Image(id: "im-1", ownerID: "owner", name: "web", visibility: visibility, createdAt: 0)
    }

    private static func share(
        _ state: ShareState, mayCopy: Bool = false, expiresAt: Int64? = nil
    ) -> ImageShare {
        ImageShare(
            id: "s-1", imageID: "im-1", receiverID: "other", state: state, mayCopy: mayCopy, expiresAt: expiresAt,
            createdAt: 0)
    }

    /// What an account other than the owner may do, as letters: See, Deploy, Copy, change (W), Remove, Publish.
    private static func rights(_ access: ImageAccess) -> String {
        let rights: [(Bool, String)] = [
            (access.isVisible, "S"), (access.mayDeploy, "D"), (access.mayCopy, "C"), (access.mayChange, "W"),
            (access.mayRemove, "R"), (access.mayPublish, "P"),
        ]
        return rights.filter(\.0).map(\.1).joined()
    }

    @Test(arguments: [
        (AccountRole.administrator, "SDCWRP"), (.operator, "SDCWR"), (.member, "SDCWR"), (.viewer, "S"),
    ])
    func anOwnerHasWhatItsRoleAllows(role: AccountRole, expected: String) {
        for visibility in ImageVisibility.allCases {
            let access = ImageAccess(
                of: Self.image(visibility), by: Self.account("owner", role), share: nil, now: 0)
            #expect(Self.rights(access) == expected)
            #expect(access.seesEveryRevision)
        }
    }

    @Test(arguments: [
        (AccountRole.administrator, "SR"), (.operator, "S"), (.member, ""), (.viewer, ""),
    ])
    func aPrivateImageIsNotThereForOthers(role: AccountRole, expected: String) {
        let access = ImageAccess(of: Self.image(.private), by: Self.account("other", role), share: nil, now: 0)
        #expect(Self.rights(access) == expected)
    }

    @Test(arguments: [
        (AccountRole.administrator, "SDCR"), (.operator, "SDC"), (.member, "SDC"), (.viewer, "S"),
    ])
    func aPublicImageIsThereForEverybody(role: AccountRole, expected: String) {
        let access = ImageAccess(of: Self.image(.public), by: Self.account("other", role), share: nil, now: 0)
        #expect(Self.rights(access) == expected)
        #expect(access.seesEveryRevision == (role == .administrator || role == .operator))
    }

    @Test func anOfferIsSeenAndNothingElse() {
        let access = ImageAccess(
            of: Self.image(.private), by: Self.account("other", .member), share: Self.share(.offered, mayCopy: true),
            now: 0)
        #expect(Self.rights(access) == "S")
        #expect(!access.seesEveryRevision)
    }

    @Test(arguments: [(false, "SD"), (true, "SDC")])
    func anAcceptedShareAllowsWhatItSays(mayCopy: Bool, expected: String) {
        let access = ImageAccess(
            of: Self.image(.private), by: Self.account("other", .member),
            share: Self.share(.accepted, mayCopy: mayCopy), now: 0)
        #expect(Self.rights(access) == expected)
        #expect(access.seesEveryRevision)
    }

    @Test func aRejectedShareIsNone() {
        let access = ImageAccess(
            of: Self.image(.private), by: Self.account("other", .member), share: Self.share(.rejected), now: 0)
        #expect(Self.rights(access) == "")
    }

    @Test(arguments: [(99, "SD"), (100, ""), (101, "")])
    func aShareEndsWithItsDate(now: Int64, expected: String) {
        let access = ImageAccess(
            of: Self.image(.private), by: Self.account("other", .member),
            share: Self.share(.accepted, expiresAt: 100), now: now)
        #expect(Self.rights(access) == expected)
    }

    @Test(arguments: AccountRole.allCases, ["owner", "other"])
    func aDisabledAccountTakesNothing(role: AccountRole, id: String) {
        var account = Self.account(id, role)
        account.isEnabled = false
        for visibility in ImageVisibility.allCases {
            let access = ImageAccess(
                of: Self.image(visibility), by: account, share: Self.share(.accepted, mayCopy: true), now: 0)
            #expect(access.isVisible && !access.mayDeploy && !access.mayCopy)
        }
    }
}
