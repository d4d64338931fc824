import Mustache

/// Templates of scripts by name.
struct ScriptLibrary: Sendable {
    private var library = MustacheLibrary()

    /// Throws for a template that is missing or malformed.
    init(_ names: [String], of templates: [String: String]) throws(BootScriptError) {
        for name in names {
            guard let text = templates[name] else { throw BootScriptError("template \(name).mustache is missing") }
            do {
                try library.register(text, named: name)
            } catch {
                throw BootScriptError("template \(name).mustache: \(error)")
            }
        }
    }

    func render(
        _ name: String, _ values: [String: Any] = [:], localBoot: LocalBoot
    ) throws(BootScriptError) -> String {
        let choice: [String: Any] = ["sanboot": localBoot == .sanboot, "exit": localBoot == .exit]
        guard let text = library.render(values.merging(choice) { $1 }, withTemplate: name) else {
            throw BootScriptError("template \(name).mustache is missing")
        }
        return text
    }
}
