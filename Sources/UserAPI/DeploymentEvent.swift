/// One server-sent event of GET `/api/v1/deployments/{id}/events`: `name` is the event's name, the value's JSON its data.
package enum DeploymentEvent: Codable, Hashable, Sendable {
    /// The deployment as it is now: first of all, and again after every change.
    case deployment(DeploymentDetail)
    /// A line of the log.
    case log(LogLine)

    /// The `event:` field.
    package var name: String {
        switch self {
        case .deployment: Name.deployment.rawValue
        case .log: Name.log.rawValue
        }
    }

    /// The names of the `event:` field.
    package enum Name: String, CaseIterable, Sendable {
        case deployment
        case log
    }

    private enum CodingKeys: String, CodingKey {
        case deployment, log
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let detail = try container.decodeIfPresent(DeploymentDetail.self, forKey: .deployment) {
            self = .deployment(detail)
        } else {
            self = .log(try container.decode(LogLine.self, forKey: .log))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .deployment(let detail): try container.encode(detail, forKey: .deployment)
        case .log(let line): try container.encode(line, forKey: .log)
        }
    }
}
