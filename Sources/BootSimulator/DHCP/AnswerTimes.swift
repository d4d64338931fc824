import Synchronization

/// How long the answers to one host's DHCP messages took, from the first sending of each message on.
final class AnswerTimes: Sendable {
    private let times = Mutex<[Duration]>([])

    func add(_ time: Duration) { times.withLock { $0.append(time) } }

    var all: [Duration] { times.withLock { $0 } }
}
