/// `http://`, a host name or address, perhaps a port; no path.
struct ScriptBaseURL {
    let text: String

    init(_ text: String) throws(BootScriptError) {
        let scheme = "http://"
        let parts = text.dropFirst(scheme.count).split(separator: ":", omittingEmptySubsequences: false)
        guard text.hasPrefix(scheme), (1...2).contains(parts.count), let host = parts.first,
            (1...253).contains(host.utf8.count), host.first != "-", host.utf8.allSatisfy(isHostCharacter),
            parts.count == 1 || parts.last.flatMap({ port in UInt16(port).map { "\($0)" == port && $0 > 0 } }) == true
        else { throw BootScriptError("'\(text)' cannot stand in a boot script: expected http://HOST:PORT") }
        self.text = text
    }
}
