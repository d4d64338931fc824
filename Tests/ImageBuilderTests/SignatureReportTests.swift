import ImageBuilder
import Testing

/// What gpgv says, and what is made of it.
@Suite struct SignatureReportTests {
    private static let primary = String(repeating: "A1", count: 20)
    private static let other = String(repeating: "B2", count: 20)

    private static func good(_ primary: String) -> String {
        """
        [GNUPG:] NEWSIG
        [GNUPG:] KEY_CONSIDERED \(primary) 0
        [GNUPG:] SIG_ID abc 2024-01-01 1704067200
        [GNUPG:] GOODSIG A1A1A1A1A1A1A1A1 somebody <a@test>
        [GNUPG:] VALIDSIG CC 2024-01-01 1704067200 0 4 0 22 10 00 \(primary)

        """
    }

    private static let unknown = """
        [GNUPG:] NEWSIG
        [GNUPG:] ERRSIG B2B2B2B2B2B2B2B2 22 10 00 1704067200 9 -
        [GNUPG:] NO_PUBKEY B2B2B2B2B2B2B2B2

        """

    @Test func trustsAGoodSignature() throws {
        #expect(SignatureReport(status: Self.good(Self.primary)).verdicts == [.good(primary: Self.primary)])
        try SignatureReport(status: Self.good(Self.primary)).require([])
        try SignatureReport(status: Self.good(Self.primary)).require([Self.other, Self.primary])
    }

    @Test func aSecondSignatureByAnUnknownKeyDoesNoHarm() throws {
        try SignatureReport(status: Self.unknown + Self.good(Self.primary)).require([Self.primary])
        try SignatureReport(status: Self.good(Self.primary) + Self.unknown).require([Self.primary])
    }

    @Test(
        arguments: [
            ("", "it has no signature"), ("gpgv: no valid OpenPGP data found.\n", "it has no signature"),
            ("GOODSIG A B\nVALIDSIG A B C D E F G H I \(primary)\n", "it has no signature"),
            (unknown, "signed by the key B2B2B2B2B2B2B2B2, which the keyring does not hold"),
            (good(other), "signed by the key \(other), expected \(primary)"),
            ("[GNUPG:] ERRSIG B2 99 10 00 1704067200 4 -\n", "cannot be checked"),
            ("[GNUPG:] GOODSIG A1 somebody\n", "cannot be checked"),
            ("[GNUPG:] BADSIG A1 somebody\n" + good(primary), "it was changed"),
            // An expired key's signature is told of as valid, too.
            (
                "[GNUPG:] EXPKEYSIG A1 a\n[GNUPG:] VALIDSIG C D 1 0 4 0 22 10 00 \(primary)\n",
                "the key A1 that signed it has"
            ),
            ("[GNUPG:] EXPSIG A1 a\n[GNUPG:] VALIDSIG C D 1 0 4 0 22 10 00 \(primary)\n", "its signature has expired"),
            ("[GNUPG:] REVKEYSIG A1 a\n[GNUPG:] VALIDSIG C D 1 0 4 0 22 10 00 \(primary)\n", "was revoked"),
            (
                "[GNUPG:] GOODSIG A1 a\n[GNUPG:] EXPSIG A1 a\n[GNUPG:] VALIDSIG C D 1 0 4 0 22 10 00 \(primary)\n",
                "its signature has expired"
            ),
        ])
    func trustsNothingElse(_ status: String, _ reason: String) {
        #expect {
            try SignatureReport(status: status).require([Self.primary])
        } throws: { "\($0)".contains(reason) }
    }
}
