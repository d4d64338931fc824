/// What a host is doing, or what keeps it from booting: GET `/api/v1/hosts/{host}/diagnosis`.
package struct HostDiagnosis: Codable, Hashable, Sendable {
    /// `ok` or the name of a cause, `boot-file-missing`; never changes. An open set.
    package var code: String
    package var isTrouble: Bool
    /// What was seen.
    package var sentence: String
    /// What to do next.
    package var advice: String

    package init(code: String, isTrouble: Bool, sentence: String, advice: String) {
        self.code = code
        self.isTrouble = isTrouble
        self.sentence = sentence
        self.advice = advice
    }
}
