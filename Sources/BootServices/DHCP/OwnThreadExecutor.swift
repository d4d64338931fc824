import NIOCore
import NIOPosix

/// Runs tasks on one thread of their own.
final class OwnThreadExecutor: TaskExecutor {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        group.next().execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    func shutDown() async { try? await group.shutdownGracefully() }
}
