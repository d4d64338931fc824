import ArgumentParser
import UserAPI

/// An image as commands name it: `NAME`, `OWNER:NAME` or an id, each with `@N` for a revision or `@stable` and
/// `@candidate` for the newest one in a channel.
struct ImageArgument {
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
