/// What lies in a root file system. Secrets are not kept: of passwords only whose they are.
package struct SystemFacts: Codable, Hashable, Sendable {
    /// Whether there is a directory `/etc`, without which no order can be carried out.
    package var hasEtc: Bool
    /// Newest first.
    package var kernels: [KernelFacts]
    /// nil where cloud-init is not installed.
    package var cloudInit: CloudInitFacts?
    /// Whether `/etc/machine-id` names a machine.
    package var hasMachineID: Bool
    /// Names of the private keys in `/etc/ssh`.
    package var sshHostKeys: [String]
    /// Accounts that somebody can log in to with a password, or with none.
    package var passwordAccounts: [String]
    /// Names of udev rules that bind network names to cards.
    package var networkRules: [String]

    package init(
        hasEtc: Bool, kernels: [KernelFacts] = [], cloudInit: CloudInitFacts? = nil, hasMachineID: Bool = false,
        sshHostKeys: [String] = [], passwordAccounts: [String] = [], networkRules: [String] = []
    ) {
        self.hasEtc = hasEtc
        self.kernels = kernels
        self.cloudInit = cloudInit
        self.hasMachineID = hasMachineID
        self.sshHostKeys = sshHostKeys
        self.passwordAccounts = passwordAccounts
        self.networkRules = networkRules
    }
}

/// One kernel of an image.
package struct KernelFacts: Codable, Hashable, Sendable {
    /// As `uname -r` would print it.
    package var version: String
    /// The path of its initramfs; nil where none was found, and of kernels that are not the newest.
    package var initramfs: String?
    /// How many modules its initramfs holds; nil where nobody looked into it.
    package var moduleCount: Int?

    package init(version: String, initramfs: String? = nil, moduleCount: Int? = nil) {
        self.version = version
        self.initramfs = initramfs
        self.moduleCount = moduleCount
    }
}

/// cloud-init in an image.
package struct CloudInitFacts: Codable, Hashable, Sendable {
    /// `22.4.2`; nil where it could not be told.
    package var version: String?
    /// What `datasource_list` says; nil where it says nothing. A deployment sets NoCloud over it.
    package var datasources: [String]?
    /// Whether `/etc/cloud/cloud-init.disabled` keeps it from running.
    package var isDisabled: Bool

    package init(version: String? = nil, datasources: [String]? = nil, isDisabled: Bool = false) {
        self.version = version
        self.datasources = datasources
        self.isDisabled = isDisabled
    }
}
