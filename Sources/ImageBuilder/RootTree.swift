import BootableDisk
import Foundation

/// A directory that holds a whole system. Paths are those of the system inside; a symbolic link in the way that leads
/// out of the tree is an error.
package struct RootTree: Hashable, Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// The path outside of `inner`, whose directory must lie in the tree.
    package func outer(_ inner: String) throws -> String {
        let outside = path + inner
        let parent = (outside as NSString).deletingLastPathComponent
        guard let resolved = realpath(parent, nil), let base = realpath(path, nil) else {
            throw BuildError("\(inner): its directory is not in the image")
        }
        defer {
            free(resolved)
            free(base)
        }
        let (real, top) = (String(cString: resolved), String(cString: base))
        guard real == top || real.hasPrefix(top + "/") else {
            throw BuildError("\(inner): a symbolic link leads out of the image")
        }
        return real + "/" + (outside as NSString).lastPathComponent
    }

    /// Whether there is something at `inner`, be it a link that leads nowhere.
    package func has(_ inner: String) -> Bool {
        guard let outside = try? outer(inner) else { return false }
        var status = stat()
        return lstat(outside, &status) == 0
    }

    /// Writes a file, replacing what stands there, and makes its directories.
    package func write(_ inner: String, _ text: String, mode: UInt16 = 0o644) throws {
        let outside = try prepare(inner)
        guard FileManager.default.createFile(atPath: outside, contents: Data(text.utf8)),
            chmod(outside, mode_t(mode)) == 0
        else { throw BuildError("cannot write \(inner): \(String(cString: strerror(errno)))") }
    }

    /// Makes a symbolic link, replacing what stands there.
    package func link(_ inner: String, to target: String) throws {
        let outside = try prepare(inner)
        guard symlink(target, outside) == 0 else {
            throw BuildError("cannot link \(inner): \(String(cString: strerror(errno)))")
        }
    }

    /// Removes what matches a pattern (glob(7) with braces); returns how many paths that were.
    @discardableResult
    package func remove(_ pattern: String) throws -> Int {
        let matches = try self.matches(pattern)
        for match in matches {
            do { try FileManager.default.removeItem(atPath: try outer(match)) } catch let error as CocoaError {
                throw BuildError("cannot remove \(match): \(error.localizedDescription)")
            }
        }
        return matches.count
    }

    /// The paths that match a pattern, sorted.
    package func matches(_ pattern: String) throws -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        let status = glob(path + pattern, GLOB_BRACE | GLOB_NOMAGIC, nil, &found)
        guard status == 0 || status == GLOB_NOMATCH else { throw BuildError("\(pattern): cannot be searched") }
        let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        return paths.map { String($0.dropFirst(path.count)) }.filter(has)
    }

    private func prepare(_ inner: String) throws -> String {
        let parent = (inner as NSString).deletingLastPathComponent
        if parent != "/", !has(parent) {
            _ = try prepare(parent)
            guard mkdir(try outer(parent), 0o755) == 0 else {
                throw BuildError("cannot make \(parent): \(String(cString: strerror(errno)))")
            }
        }
        let outside = try outer(inner)
        unlink(outside)
        return outside
    }
}
