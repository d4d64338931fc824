import ArgumentParser
import UserAPI

/// An image as commands name it: `NAME`, `OWNER:NAME` or an id, each with `@N` for a revision or `@stable` and
/// `@candidate` for the newest one in a channel.
struct ImageArgument: Sendable {
    /// Without what follows `@`.
    let image: String
    let revision: Int?
    let channel: String?

    /// Reads an argument; throws with what is wrong with it.
    static func parse(_ text: String) throws -> ImageArgument {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let image = parts.first, !image.isEmpty else { throw ValidationError("'\(text)' names no image") }
        guard parts.count == 2 else { return ImageArgument(image: image, revision: nil, channel: nil) }
        if ["stable", "candidate"].contains(parts[1]) {
            return ImageArgument(image: image, revision: nil, channel: parts[1])
        }
        guard let number = Int(parts[1]) else {
            throw ValidationError(
                "'\(parts[1])' is neither a revision number nor a channel: stable or candidate")
        }
        return ImageArgument(image: image, revision: number, channel: nil)
    }

    /// Whether it names the image as a whole.
    var isWholeImage: Bool { revision == nil && channel == nil }

    /// The revision that is meant, the newest where several are; throws where there is none.
    func revision(of detail: ImageDetail) throws -> ImageRevision {
        let found = detail.revisions.last {
            (revision == nil || $0.number == revision) && (channel == nil || $0.channel == channel)
        }
        if let found { return found }
        let what = revision.map { "revision \($0)" } ?? channel.map { "revision in channel \($0)" } ?? "revision"
        throw CommandError("image \(detail.image.name) has no \(what): see `ingot image show`")
    }

    /// As `revision(of:)`, its number, looked up only where a channel is named; nil lets the server choose.
    func number(_ client: APIClient) async throws -> Int? {
        guard channel != nil else { return revision }
        let detail: ImageDetail = try await client.get(APIRoute.image(image))
        return try revision(of: detail).number
    }
}

extension Timestamp {
    /// Reads an argument: `2026-12-31` or `2026-12-31T12:00:00Z`.
    static func parse(_ text: String) throws -> Timestamp {
        guard let moment = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") else {
            throw ValidationError("'\(text)' is no time: 2026-12-31 or 2026-12-31T12:00:00Z")
        }
        return moment
    }
}
