/// Text of an image, which is not trusted, for people.
enum PlainText {
    /// `text` without control characters.
    static func of(_ text: some StringProtocol) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars
        where scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80...0x9F).contains(scalar.value) {
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
