import ImageStore
import Testing

struct ShownURLTests {
    @Test(arguments: [
        ("https://example.org/a/b", "https://example.org/a/b"), ("https://example.org", "https://example.org"),
        ("https://joe:pw@example.org:8443/a", "https://example.org:8443/a"),
        ("https://joe:p@w@example.org/a@b", "https://example.org/a@b"),
        ("https://example.org/a?sig=1", "https://example.org/a?…"), ("https://example.org#x", "https://example.org?…"),
        ("https://joe@example.org?a=/b@c", "https://example.org?…"), ("s3://bucket/key", "s3://bucket/key"),
        ("/srv/disk?.raw", "/srv/disk?.raw"),
    ])
    func showsNothingSecret(url: String, shown: String) { #expect(ShownURL(url).description == shown) }
}
