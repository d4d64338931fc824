import Preflight
import Testing

struct HostModelTests {
    @Test(arguments: [
        ("Dell Inc./PowerEdge R640", "Dell Inc./PowerEdge R640"), ("Dell Inc./PowerEdge R640", "dell*/poweredge r6*"),
        ("Dell Inc./PowerEdge R640", "*/*R640"), ("QEMU/Standard PC (Q35 + ICH9, 2009)", "QEMU/Standard PC (Q35*"),
        ("A/B[1]?", "A/B[1]?"),
    ])
    func aPatternMeansAModel(model: String, pattern: String) {
        #expect(Self.model(model).fits(pattern))
    }

    @Test(arguments: [
        ("Dell/R640", "Dell/R64"), ("Dell/R640", "Dell/R64?"), ("Dell/R640", "HPE/*"), ("A/Bx", "A/B[x]"),
    ])
    func aPatternMeansNoOther(model: String, pattern: String) {
        #expect(!Self.model(model).fits(pattern))
    }

    private static func model(_ text: String) -> HostModel {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        return HostModel(vendor: parts.first, product: parts.last)
    }

    @Test func aBoardWithoutNamesIsOfAnUnknownModel() {
        #expect("\(HostModel(vendor: nil, product: nil))" == "unknown/unknown")
    }

    @Test(arguments: ["", "Dell", "/R640", "Dell/", "a/b\n", "a/" + String(repeating: "b", count: 127)])
    func refusesWhatIsNoPattern(pattern: String) { #expect(HostModel.fault(of: pattern) != nil) }

    @Test(arguments: ["Dell/R640", "*/*", "A/B/C"])
    func takesPatterns(pattern: String) { #expect(HostModel.fault(of: pattern) == nil) }
}
