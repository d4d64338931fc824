import CLinux
import Glibc

/// A set of descriptors that one thread waits for, and a flag by which others wake it (epoll(7), eventfd(2)).
package final class Readiness: Sendable {
    private let set: CInt
    private let flag: CInt
    private static let capacity = 64

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package init() throws(Failure) {
        set = ingot_readiness_open()
        flag = ingot_flag_open()
        guard set >= 0, flag >= 0, ingot_readiness_add(set, flag) == 0 else {
            throw Failure(description: "this system gives no more descriptors (epoll, eventfd)")
        }
    }

    deinit {
        for descriptor in [set, flag] where descriptor >= 0 { close(descriptor) }
    }

    /// Adds a descriptor; closing it takes it out again. False where the kernel refuses.
    package func add(_ descriptor: CInt) -> Bool { ingot_readiness_add(set, descriptor) == 0 }

    /// Wakes the thread that waits, or that will wait next.
    package func wake() { ingot_flag_raise(flag) }

    /// Waits until descriptors can be read, somebody wakes or so many milliseconds are over; nil waits for ever.
    ///
    /// - Parameter ready: becomes the descriptors that can be read, at most 64.
    /// - Returns: whether somebody woke.
    package func wait(milliseconds: Int?, ready: inout [CInt]) -> Bool {
        var isWoken = false
        ready.removeAll(keepingCapacity: true)
        withUnsafeTemporaryAllocation(of: CInt.self, capacity: Self.capacity) { space in
            let count = ingot_readiness_wait(
                set, space.baseAddress, CInt(Self.capacity), milliseconds.map { CInt(clamping: $0) } ?? -1)
            for descriptor in space.prefix(max(Int(count), 0)) {
                if descriptor == flag { isWoken = true } else { ready.append(descriptor) }
            }
        }
        if isWoken { ingot_flag_lower(flag) }
        return isWoken
    }
}
