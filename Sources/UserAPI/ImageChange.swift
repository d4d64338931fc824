/// Changes an image: PATCH `/api/v1/images/{image}`. Absent fields stay as they are.
package struct ImageChange: Codable, Hashable, Sendable {
    package var name: String?
    package var summary: String?
    package var tags: [String]?
    package var isProtected: Bool?
    /// `public` or `private`; administrators only.
    package var visibility: ImageVisibilityName?
    package var lifecycle: LifecycleChange?
    /// The host models that it is for: `VENDOR/PRODUCT`, with `*` for any text; empty: for all.
    package var models: [String]?
    /// Whether it may be deployed onto other models, too; operators only.
    package var isForAnyModel: Bool?

    package init(
        name: String? = nil, summary: String? = nil, tags: [String]? = nil, isProtected: Bool? = nil,
        visibility: ImageVisibilityName? = nil, lifecycle: LifecycleChange? = nil, models: [String]? = nil,
        isForAnyModel: Bool? = nil
    ) {
        self.name = name
        self.summary = summary
        self.tags = tags
        self.isProtected = isProtected
        self.visibility = visibility
        self.lifecycle = lifecycle
        self.models = models
        self.isForAnyModel = isForAnyModel
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, summary, tags, isProtected, visibility, lifecycle, models, isForAnyModel
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        summary = try container.decodeIfPresent(String.self, forKey: .summary)
        tags = try container.decodeIfPresent([String].self, forKey: .tags)
        isProtected = try container.decodeIfPresent(Bool.self, forKey: .isProtected)
        visibility = try container.decodeIfPresent(ImageVisibilityName.self, forKey: .visibility)
        lifecycle = try container.decodeIfPresent(LifecycleChange.self, forKey: .lifecycle)
        models = try container.decodeIfPresent([String].self, forKey: .models)
        isForAnyModel = try container.decodeIfPresent(Bool.self, forKey: .isForAnyModel)
    }
}

/// Changes a revision: PATCH `/api/v1/images/{image}/revisions/{number}`. Absent fields stay as they are.
package struct RevisionChange: Codable, Hashable, Sendable {
    /// `stable`, `candidate` or `none`: what a public image's revision is fit for; administrators only.
    package var channel: String?
    package var lifecycle: LifecycleChange?

    package init(channel: String? = nil, lifecycle: LifecycleChange? = nil) {
        self.channel = channel
        self.lifecycle = lifecycle
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case channel, lifecycle
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        channel = try container.decodeIfPresent(String.self, forKey: .channel)
        lifecycle = try container.decodeIfPresent(LifecycleChange.self, forKey: .lifecycle)
    }
}

/// When an image or a revision goes out of use; an absent date is none.
package struct LifecycleChange: Codable, Hashable, Sendable {
    /// From then on orders say that it is deprecated.
    package var deprecated: Timestamp?
    /// From then on no order is taken.
    package var retired: Timestamp?

    package init(deprecated: Timestamp? = nil, retired: Timestamp? = nil) {
        self.deprecated = deprecated
        self.retired = retired
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case deprecated, retired
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(outside: CodingKeys.allCases)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        deprecated = try container.decodeIfPresent(Timestamp.self, forKey: .deprecated)
        retired = try container.decodeIfPresent(Timestamp.self, forKey: .retired)
    }
}
