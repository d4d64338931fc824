import CLinux
import Glibc

/// A set of descriptors that one thread waits for, a flag by which others wake it, and its alarm clock (epoll(7),
/// eventfd(2), timerfd_create(2)).
package final class Readiness: Sendable {
    private let set: CInt
    private let flag: CInt
    private let alarm: CInt
    private static let capacity = 64

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package init() throws(Failure) {
        set = ingot_readiness_open()
        flag = ingot_flag_open()
        alarm = ingot_alarm_open()
        guard set >= 0, flag >= 0, alarm >= 0, ingot_readiness_add(set, flag, 0) == 0,
            ingot_readiness_add(set, alarm, 0) == 0
        else { throw Failure(description: "this system gives no more descriptors (epoll, eventfd, timerfd)") }
    }

    deinit {
        for descriptor in [set, flag, alarm] where descriptor >= 0 { close(descriptor) }
    }

    /// Adds a descriptor; closing it takes it out again. False where the kernel refuses.
    /// - Parameter onlyNews: whether it is ready once for what has come in, read or not, instead of for as long as
    ///   something is there: a wait costs less then.
    package func add(_ descriptor: CInt, onlyNews: Bool = false) -> Bool {
        ingot_readiness_add(set, descriptor, onlyNews ? 1 : 0) == 0
    }

    /// Wakes the thread that waits, or that will wait next.
    package func wake() { ingot_flag_raise(flag) }

    /// Ends waits from this time on, until it is set to a later one. It costs less to leave it standing than to give each
    /// wait an end.
    /// - Parameter nanoseconds: of CLOCK_MONOTONIC, more than 0.
    package func setAlarm(_ nanoseconds: UInt64) { ingot_alarm_set(alarm, nanoseconds) }

    /// Waits until descriptors can be read, somebody wakes or the alarm's time has come.
    ///
    /// - Parameters:
    ///   - blocks: false only looks.
    ///   - ready: becomes the descriptors that can be read, at most 64.
    /// - Returns: whether somebody woke.
    package func wait(blocks: Bool = true, ready: inout [CInt]) -> Bool {
        var isWoken = false
        ready.removeAll(keepingCapacity: true)
        withUnsafeTemporaryAllocation(of: CInt.self, capacity: Self.capacity) { space in
            let count = ingot_readiness_wait(set, space.baseAddress, CInt(Self.capacity), blocks ? 1 : 0)
            for descriptor in space.prefix(max(Int(count), 0)) where descriptor != alarm {
                if descriptor == flag { isWoken = true } else { ready.append(descriptor) }
            }
        }
        if isWoken { ingot_flag_lower(flag) }
        return isWoken
    }
}
