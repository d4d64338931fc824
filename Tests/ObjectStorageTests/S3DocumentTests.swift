import Foundation
import ObjectStorage
import Testing

struct S3DocumentTests {
    private static func document(_ text: String) -> S3Document? { S3Document(Data(text.utf8)) }

    @Test func readsAListEntryByEntry() throws {
        let page = try #require(
            Self.document(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                <IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>
                <Contents><Key>a</Key><Size>1</Size><Owner><ID>x</ID></Owner></Contents>
                <Contents><Key>b</Key></Contents><Contents><Key>c</Key><Size>3</Size></Contents>
                </ListBucketResult>
                """))
        #expect(page.first("IsTruncated") == "true")
        #expect(page.first("NextContinuationToken") == "t")
        #expect(page.all("Contents") == [["Key": "a", "Size": "1"], ["Key": "b"], ["Key": "c", "Size": "3"]])
        #expect(page.all("Part").isEmpty)
    }

    @Test func keepsNothingThatNobodyReads() throws {
        let error = try #require(Self.document("<Error><Code>NoSuchKey</Code><HostId>x</HostId></Error>"))
        #expect(error.first("Code") == "NoSuchKey")
        #expect(error.first("HostId") == nil)
    }

    static func nested(_ depth: Int, name: String = "a") -> String {
        String(repeating: "<\(name)>", count: depth) + String(repeating: "</\(name)>", count: depth)
    }

    @Test(arguments: [nested(8), nested(1, name: String(repeating: "a", count: 128))])
    func readsWhatIsWithinTheBounds(text: String) { #expect(Self.document(text) != nil) }

    @Test(arguments: [
        nested(9), nested(200), nested(1, name: String(repeating: "a", count: 129)), "<a><b></a>", "no XML",
    ])
    func refusesWhatNoServiceAnswers(text: String) { #expect(Self.document(text) == nil) }

    @Test func refusesTooManyElements() {
        let elements = String(repeating: "<b/>", count: 100_000)
        #expect(Self.document("<a>\(elements)</a>") == nil)
    }
}
