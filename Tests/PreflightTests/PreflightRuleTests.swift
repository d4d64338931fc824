import Preflight
import PreflightFacts
import Testing

struct PreflightRuleTests {
    @Test func everyRuleHasACodeOfItsOwnAndIsTriedBothWays() {
        let codes = PreflightRule.all.map(\.code)
        #expect(Set(codes).count == codes.count)
        for code in codes {
            let cases = RuleCase.all.filter { $0.code == code }
            #expect(cases.contains { $0.severity == nil }, "\(code) never finds all well")
            #expect(cases.contains { $0.severity != nil }, "\(code) never finds a fault")
        }
        #expect(Set(RuleCase.all.map(\.code)) == Set(codes))
    }

    @Test(arguments: RuleCase.all)
    func says(what: RuleCase) throws {
        let rule = try #require(PreflightRule.all.first { $0.code == what.code })
        let finding = rule.finding(what.subject)
        #expect(finding?.severity == what.severity)
        if let finding {
            #expect(finding.code == what.code)
            #expect(!finding.message.isEmpty && !finding.message.hasSuffix(".") && !finding.remedy.isEmpty)
        }
    }

    @Test func aSoundImageFits() {
        let findings = PreflightCase(facts: Sample.facts, kernels: [Sample.kernel], host: Sample.host()).findings
        #expect(findings.isEmpty)
        #expect(PreflightVerdict(findings) == .fits)
    }

    @Test func whatSpeaksAgainstAnImageComesFirst() {
        let facts = Sample.facts {
            $0.system?.hasMachineID = true
            $0.firmware.modes = ["bios"]
        }
        let image = PreflightCase(facts: facts, kernels: [Sample.kernel])
        #expect(PreflightVerdict(image.findings) == .fitsWithWarning)
        let findings = image.on(Sample.host()).findings
        #expect(findings.map(\.code) == ["firmware-mode", "machine-id"])
        #expect(PreflightVerdict(findings) == .doesNotFit)
    }

    @Test func anImageOfWhichNothingIsKnownFitsWithAWarning() {
        let facts = ImageFacts(
            firmware: FirmwareFacts(modes: ["uefi"]), sectorSize: 512, diskSize: 1 << 20,
            unexamined: [UnexaminedPart(subject: "the disk", reason: "it is odd")])
        let findings = PreflightCase(facts: facts, kernels: [], host: Sample.host()).findings
        #expect(findings.map(\.code) == ["not-examined"])
        #expect(PreflightVerdict(findings) == .fitsWithWarning)
    }

    @Test func theNewestKernelCounts() {
        let old = Sample.kernel { $0.initramfs = [] }
        #expect(
            PreflightCase(facts: Sample.facts, kernels: [Sample.kernel, old], host: Sample.host()).findings.isEmpty)
        #expect(
            !PreflightCase(facts: Sample.facts, kernels: [old, Sample.kernel], host: Sample.host()).findings.isEmpty)
    }

    @Test func namesTheModulesThatAreMissing() throws {
        let kernel = Sample.kernel { $0.initramfs?.removeAll { $0 == "virtio_blk" } }
        let finding = try #require(
            PreflightCase(facts: Sample.facts, kernels: [kernel], host: Sample.host()).findings.first)
        #expect(finding.message.contains("D1 needs virtio_blk"))
    }
}
