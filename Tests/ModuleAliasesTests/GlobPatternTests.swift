import ModuleAliases
import Testing

struct GlobPatternTests {
    @Test(arguments: [
        ("", ""), ("*", ""), ("*", "anything"), ("a*", "a"), ("a*b", "ab"), ("a*b", "aXbXb"), ("a?c", "abc"),
        ("[0-9a]x", "5x"), ("[0-9a]x", "ax"), ("[!b]x", "ax"), ("a**", "a"), ("[-a]", "-"), ("[a-]", "-"),
        ("of:N*T*Cfoo*", "of:NnameTtypeCfoo"), ("a[", "a["),
    ])
    func fits(pattern: String, text: String) { #expect(GlobPattern(pattern).matches(text)) }

    @Test(arguments: [
        ("", "a"), ("a", ""), ("a*b", "aX"), ("a?c", "ac"), ("[0-9a]x", "bx"), ("[!b]x", "bx"), ("a*b", "abX"),
        ("abc", "ab"), ("ab", "abc"), ("[z-a]", "m"),
    ])
    func doesNotFit(pattern: String, text: String) { #expect(!GlobPattern(pattern).matches(text)) }

    @Test(.timeLimit(.minutes(1))) func isNotSlowedByManyWildCards() {
        let pattern = GlobPattern(String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 4000)))
    }
}
