import NIOPosix
import PreflightFacts

/// Reads what a deployment has to know of a root file system.
struct SystemReader: Sendable {
    let root: any FileSystemReading
    /// A file system of its own for `/boot`.
    let boot: @Sendable () async throws -> (any FileSystemReading)?
    let spool: SpoolDirectory
    let pool: NIOThreadPool
    let notes: ExaminationNotes

    private static let configurationSize = 1 << 20
    /// As many names of a kind are kept.
    private static let nameBound = 32

    /// nil where not even `/etc` could be looked for.
    func read() async throws -> (facts: SystemFacts?, kernels: [KernelDrivers]) {
        let etc = try await notes.trying("the root file system") { try await root.entry("/etc") }
        guard let etc else { return (nil, []) }
        var facts = SystemFacts(hasEtc: etc?.kind == .directory)
        guard facts.hasEtc else { return (facts, []) }
        let (kernels, drivers) = try await KernelReader(
            root: root, boot: boot, spool: spool, pool: pool, notes: notes
        ).read()
        facts.kernels = kernels
        facts.cloudInit = try await notes.trying("cloud-init") { try await cloudInit() }.flatMap { $0 }
        facts.hasMachineID = try await notes.trying("/etc/machine-id") { try await hasMachineID() } ?? false
        facts.sshHostKeys = try await notes.trying("/etc/ssh") { try await sshHostKeys() } ?? []
        facts.passwordAccounts = try await notes.trying("/etc/shadow") { try await passwordAccounts() } ?? []
        facts.networkRules = try await notes.trying("/etc/udev/rules.d") { try await networkRules() } ?? []
        return (facts, drivers)
    }

    private func hasMachineID() async throws -> Bool {
        let text = try await root.text(of: "/etc/machine-id", limit: 4096, spool: spool) ?? ""
        // systemd fills in what is empty, or says "uninitialized" (machine-id(5)).
        let id = text.filter { !$0.isWhitespace }
        return !id.isEmpty && id != "uninitialized"
    }

    private func sshHostKeys() async throws -> [String] {
        let names = try await root.files(in: "/etc/ssh").filter { $0.hasPrefix("ssh_host_") && $0.hasSuffix("_key") }
        return Array(names.prefix(Self.nameBound))
    }

    /// The accounts whose password field is neither locked nor a hash that nothing can have (shadow(5)). The hashes go no
    /// further than this function.
    private func passwordAccounts() async throws -> [String] {
        let text = try await root.text(of: "/etc/shadow", limit: Self.configurationSize, spool: spool) ?? ""
        let usable = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 2, let account = fields.first, !account.isEmpty else { return nil }
            let isLocked = ["!", "*"].contains { fields[1].hasPrefix($0) } || fields[1] == "x"
            return isLocked ? nil : String(PlainText.of(account).prefix(64))
        }
        return Array(usable.prefix(Self.nameBound))
    }

    private func networkRules() async throws -> [String] {
        var found: [String] = []
        for name in try await root.files(in: "/etc/udev/rules.d") where name.contains("persistent-net") {
            let text = try await root.text(
                of: "/etc/udev/rules.d/\(name)", limit: Self.configurationSize, spool: spool)
            let rules = text?.split(whereSeparator: \.isNewline).filter {
                let line = $0.drop(while: \.isWhitespace)
                return !line.isEmpty && !line.hasPrefix("#")
            }
            if rules?.isEmpty == false { found.append(name) }
        }
        return Array(found.prefix(Self.nameBound))
    }

    private func cloudInit() async throws -> CloudInitFacts? {
        guard let program = try await root.entry("/usr/bin/cloud-init"), [.file, .link].contains(program.kind) else {
            return nil
        }
        return CloudInitFacts(
            version: try await cloudInitVersion(), datasources: try await datasources(),
            isDisabled: try await root.entry("/etc/cloud/cloud-init.disabled") != nil)
    }

    /// `__VERSION__` of the package's own file: Debian's place, or those of other distributions.
    private func cloudInitVersion() async throws -> String? {
        var places = ["/usr/lib/python3/dist-packages"]
        places += try await root.directories(in: "/usr/lib").filter { $0.hasPrefix("python3.") }
            .map { "/usr/lib/\($0)/site-packages" }
        for place in places {
            guard
                let text = try await root.text(
                    of: "\(place)/cloudinit/version.py", limit: Self.configurationSize, spool: spool)
            else { continue }
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("__VERSION__") }
            let parts = line?.split(separator: "\"") ?? []
            if parts.count >= 2 { return String(PlainText.of(parts[1]).prefix(32)) }
        }
        return nil
    }

    /// What `datasource_list` says last: cloud.cfg first, then the files beside it in their order.
    private func datasources() async throws -> [String]? {
        let folder = "/etc/cloud/cloud.cfg.d"
        let files = try await root.files(in: folder).filter { $0.hasSuffix(".cfg") }.prefix(Self.nameBound)
        var list: [String]?
        for path in ["/etc/cloud/cloud.cfg"] + files.map({ "\(folder)/\($0)" }) {
            guard let text = try await root.text(of: path, limit: Self.configurationSize, spool: spool) else {
                continue
            }
            list = DatasourceList.read(text) ?? list
        }
        return list
    }
}
