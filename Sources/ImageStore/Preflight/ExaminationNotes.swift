import PreflightFacts
import Synchronization

/// What could not be looked into during one examination.
final class ExaminationNotes: Sendable {
    private let noted = Mutex<[UnexaminedPart]>([])
    private static let reasonBound = 200

    var parts: [UnexaminedPart] { noted.withLock { $0 } }

    func add(_ subject: String, _ reason: String) {
        // It may quote the image.
        let text = String(PlainText.of(reason).prefix(Self.reasonBound))
        noted.withLock { $0.append(UnexaminedPart(subject: subject, reason: text)) }
    }

    /// What `body` finds; nil, and a note, where it fails. A cancelled task ends here.
    func trying<T: Sendable>(_ subject: String, _ body: () async throws -> T) async throws -> T? {
        do {
            return try await body()
        } catch {
            if error is CancellationError || Task.isCancelled { throw CancellationError() }
            add(subject, "\(error)")
            return nil
        }
    }
}
