package import UserAPI

/// What a refresh does with an image: decided from its revisions and what the source offers now, and from nothing else.
package enum RefreshDecision: Hashable, Sendable {
    /// The newest revision of this recipe is made of what the source offers.
    case unchanged(ImageRevision)
    /// An older one was: the source has gone back, or somebody plays an old state of it.
    case older(ImageRevision, newest: ImageRevision)
    /// There is something new.
    case changed

    /// - Parameters:
    ///   - revisions: of the image, oldest first.
    ///   - origin: what the source offers.
    package init(revisions: [ImageRevision], origin: ImageOrigin) {
        let own = revisions.filter { $0.origin?.recipe == origin.recipe }
        guard let newest = own.last, let same = own.last(where: { $0.origin?.fingerprint == origin.fingerprint }) else {
            self = .changed
            return
        }
        self = same.number == newest.number ? .unchanged(same) : .older(same, newest: newest)
    }

    /// The revisions that a refresh retires: those of this recipe in a channel but the newest ones, and none that is
    /// retired or will be.
    /// - Parameters:
    ///   - keep: how many stay, 1 or more.
    ///   - channel: whose revisions are counted.
    package static func retiring(
        _ revisions: [ImageRevision], of recipe: String, keep: Int, channel: String
    ) -> [ImageRevision] {
        revisions.filter { $0.origin?.recipe == recipe && $0.channel == channel }.dropLast(keep)
            .filter { $0.retired == nil }
    }
}
