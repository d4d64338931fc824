import UserAPI

/// What an account may do with an image: decided from what they are, and from nothing else. What is not visible does not
/// exist for the account.
package struct ImageAccess: Hashable, Sendable {
    /// Whether the account learns that the image exists, and what is said of it.
    package let isVisible: Bool
    /// Whether it may be deployed.
    package let mayDeploy: Bool
    /// Whether its bytes may be read, and an image of the account's own be made of them.
    package let mayCopy: Bool
    /// Whether it may be renamed, described, given revisions, and shared.
    package let mayChange: Bool
    /// Whether it may be let onto hosts of other models than its owner named.
    package let mayWiden: Bool
    /// Whether it may be removed.
    package let mayRemove: Bool
    /// Whether it may be made public and its revisions be put into channels.
    package let mayPublish: Bool
    /// Whether revisions that are in no channel are there, too.
    package let seesEveryRevision: Bool

    /// - Parameter share: the share of this image with this account, if there is one.
    package init(of image: Image, by account: Account, share: ImageShare?, now: Int64) {
        let isOwner = image.ownerID == account.id
        let isPublic = image.visibility == .public
        let share = share.flatMap { $0.hasExpired(now: now) || $0.state == .rejected ? nil : $0 }
        let isAccepted = share?.state == .accepted
        // What people run, and for whom, those who look after the installation have to know.
        let seesEverything = account.role == .administrator || account.role == .operator
        let changes = account.role != .viewer
        // What a disabled account has under way asks again, too.
        let takes = changes && account.isEnabled
        isVisible = isOwner || isPublic || share != nil || seesEverything
        mayDeploy = takes && (isOwner || isPublic || isAccepted)
        mayCopy = takes && (isOwner || isPublic || isAccepted && share?.mayCopy == true)
        mayChange = changes && isOwner
        mayWiden = seesEverything
        mayRemove = changes && isOwner || account.role == .administrator
        mayPublish = isOwner && account.role == .administrator
        seesEveryRevision = isOwner || seesEverything || isAccepted
    }
}
