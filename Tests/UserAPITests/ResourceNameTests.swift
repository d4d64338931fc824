import Testing
import UserAPI

struct ResourceNameTests {
    @Test(arguments: ["a", "debian-12", "Web_1.2", String(repeating: "x", count: 64), "0"])
    func takesAName(name: String) { #expect(ResourceName.isValid(name)) }

    @Test(arguments: ["", "-a", ".a", "a b", "a/b", "a:b", "a@b", "ä", String(repeating: "x", count: 65), "a\n"])
    func refusesAName(name: String) { #expect(!ResourceName.isValid(name)) }

    @Test(arguments: ["a", "debian-12", "Web_1.2", "", "-a", "a b", "ä", String(repeating: "x", count: 65)])
    func isDescribedAsItIsChecked(name: String) throws {
        let pattern = try Regex(ResourceName.pattern)
        #expect((try pattern.wholeMatch(in: name) != nil) == ResourceName.isValid(name))
    }
}
