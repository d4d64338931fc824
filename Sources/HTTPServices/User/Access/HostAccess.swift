import AccessPolicy
import Provisioning
import Store

/// Which hosts and deployments there are for an account. What is not there for it does not exist.
extension StoreTransaction {
    /// The host that an account means by an id, a name or a MAC address.
    func host(matching text: String, for account: Account) throws -> Host? {
        try host(matching: text).flatMap { account.sees($0) ? $0 : nil }
    }

    func requireHost(_ text: String, for account: Account) throws -> Host {
        try Provisioner.require(host(matching: text, for: account), "host", text)
    }

    func requireDeployment(_ id: String, for account: Account) throws -> Deployment {
        try Provisioner.require(
            deployment(id: id).flatMap { account.sees($0) ? $0 : nil }, "deployment", id)
    }
}

extension Account {
    /// Members have the hosts that are assigned to them.
    func sees(_ host: Host) -> Bool { seesEveryHost || host.accountID == id }

    /// Members have the deployments that they ordered.
    func sees(_ deployment: Deployment) -> Bool { seesEveryHost || deployment.accountID == id }
}
