extension ServerConfiguration {
    /// The keys whose values differ from those of the running server, and which only a restart puts in force.
    func keysThatNeedRestart(_ running: ServerConfiguration) -> [String] {
        let keys: [(name: String, isSame: Bool)] = [
            ("data", data == running.data), ("bootFiles", bootFiles == running.bootFiles),
            ("scripts", scripts == running.scripts), ("stage", stage == running.stage),
            ("interfaces", interfaces == running.interfaces), ("httpPort", httpPort == running.httpPort),
            ("tftpPort", tftpPort == running.tftpPort), ("api", api == running.api),
            ("dhcp.probeMilliseconds", dhcp.probeMilliseconds == running.dhcp.probeMilliseconds),
            ("dhcp.sharesMachine", dhcp.sharesMachine == running.dhcp.sharesMachine),
            ("images.objectStorage", images.objectStorage == running.images.objectStorage),
        ]
        return keys.filter { !$0.isSame }.map(\.name)
    }
}
