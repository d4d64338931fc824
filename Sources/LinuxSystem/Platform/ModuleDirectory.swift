package import ModuleAliases

extension ModuleIndex {
    /// Reads the index of a module directory such as `/lib/modules/6.1.0-13-amd64`.
    package init(directory: String, tree: SystemTree = SystemTree()) {
        func text(_ name: String) -> String { tree.text("\(directory)/modules.\(name)") ?? "" }
        self.init(
            aliases: text("alias"), dependencies: text("dep"), softDependencies: text("softdep"),
            builtin: text("builtin"))
    }
}
