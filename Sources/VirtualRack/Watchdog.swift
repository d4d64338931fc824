import FoundationEssentials

/// Removes a rack whose owner ended without doing so, however it ended: a small shell process that looks once a second.
struct Watchdog {
    let directory: RackDirectory
    let namespace: NetworkNamespace

    /// Starts it for a process that runs.
    func start(owner pid: Int32) async throws {
        guard let owner = ProcessRecord(running: pid) else { throw RackError("there is no process \(pid)") }
        try Data(script.utf8).write(to: URL(filePath: directory.watchdog))
        try await Tool.run(
            "setsid",
            [
                "--fork", "sh", "-c", "exec sh \"$0\" \"$@\" </dev/null >/dev/null 2>&1", directory.watchdog,
                directory.path, namespace.name, "\(owner.pid)", "\(owner.startTime)",
            ])
    }

    /// The end of a rack in the way `Rack.remove` does it, for when no Swift program of ours is left to do it.
    private var script: String {
        """
        directory=$1 namespace=$2 owner=$3 start=$4
        runs() { [ "$(sed 's/.*) //' /proc/$1/stat 2>/dev/null | cut -d' ' -f20)" = "$2" ]; }
        echo "$$ $(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)" >"$directory/processes/watchdog"
        trap '' INT HUP
        while runs "$owner" "$start"; do
            [ -f "$directory/rack.json" ] || exit 0
            sleep 1
        done
        for signal in TERM KILL; do
            ip netns pids "$namespace" 2>/dev/null | while read pid; do kill -s $signal "$pid" 2>/dev/null; done
            sleep 1
        done
        ip netns delete "$namespace"
        rm -rf "$directory"
        """
    }
}
