package import LinuxSystem
import ModuleAliases
import NIOPosix

/// Loads the drivers of the devices that the machine has.
package struct DriverLoading: Sendable {
    private let modules: KernelModules
    private let log: @Sendable (String) -> Void

    /// - Parameter log: takes what could not be loaded.
    package init(modules: KernelModules, log: @escaping @Sendable (String) -> Void) {
        self.modules = modules
        self.log = log
    }

    /// Loads what the modaliases of all devices ask for, again and again while new devices come up behind the loaded
    /// drivers. Returns the names of all modules that were asked for.
    package func run() async -> [String] {
        var seen: Set<String> = []
        var asked: [String] = []
        while true {
            let new = DeviceAliases().all().subtracting(seen)
            seen.formUnion(new)
            let names = Set(new.flatMap(modules.index.modules(for:))).subtracting(asked)
            if names.isEmpty { return asked }
            asked += names.sorted()
            await load(names)
        }
    }

    /// Loads side by side: a driver that takes its time to find its devices does not hold up the others. Blocks threads,
    /// so it has some of its own.
    private func load(_ names: Set<String>) async {
        await withTaskGroup(of: [KernelModules.Failure].self) { group in
            for name in names.sorted() {
                group.addTask {
                    let result = try? await NIOThreadPool.singleton.runIfActive { modules.load(name) }
                    return result ?? []
                }
            }
            for await failures in group { failures.forEach { log("\($0)") } }
        }
    }
}
