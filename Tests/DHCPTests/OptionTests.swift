import DHCP
import NIOCore
import NetworkTypes
import Testing

@Suite struct OptionTests {
    @Test func knowsEveryOptionOnce() {
        let codes = KnownOptions.all.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.count == 26)
    }

    @Test(arguments: KnownOptions.all.indices)
    func neverTrapsOnDataOfAnyLength(index: Int) {
        let format = KnownOptions.all[index]
        for count in 0...64 {
            for value in [0, 1, 65, 255] as [UInt8] {
                let data = Array(repeating: value, count: count)
                guard let again = try? format.reencode(data) else { continue }
                #expect((try? format.reencode(again)) == again, "\(format.name), \(count) octets of \(value)")
            }
        }
    }

    @Test(arguments: KnownOptions.all.indices)
    func refusesEmptyData(index: Int) throws {
        let format = KnownOptions.all[index]
        let error = try #require(throws: DHCPError.self) { try format.reencode([]) }
        #expect(error.option == format.code)
        #expect(error.actual.hasPrefix("0 octets"))
    }

    @Test(
        arguments: [
            (1, [255, 255, 255, 0]), (3, [10, 0, 0, 1]), (6, [10, 0, 0, 1, 10, 0, 0, 2]), (12, Array("node-1".utf8)),
            (15, Array("lab.example".utf8)), (26, [5, 220]), (28, [10, 0, 0, 255]), (42, [10, 0, 0, 9]),
            (50, [10, 0, 0, 7]), (51, [0, 0, 14, 16]), (53, [8]), (54, [10, 0, 0, 1]), (55, [1, 3, 6]),
            (56, Array("no".utf8)), (57, [5, 192]), (58, [0, 0, 7, 8]), (59, [255, 255, 255, 255]),
            (60, Array("PXEClient:Arch:00007".utf8)), (66, Array("10.0.0.1".utf8)), (67, Array("snponly.efi".utf8)),
            (77, Array("iPXE".utf8)), (82, [1, 1, 65, 151, 0]), (93, [0, 7, 0, 16]), (94, [1, 3, 0]),
            (118, [10, 0, 0, 0]),
            (97, [0] + Array(repeating: 7, count: 16)),
        ] as [(UInt8, [UInt8])])
    func survivesARoundTrip(code: UInt8, bytes: [UInt8]) throws {
        let format = try #require(KnownOptions.all.first { $0.code == OptionCode(code) })
        #expect(try format.reencode(bytes) == bytes)
    }

    @Test(
        arguments: [
            (1, [255, 255, 255]), (3, [10, 0, 0]), (6, [1, 2, 3, 4, 5]), (12, [0, 0]), (12, [0xFF, 0xFE]),
            (26, [0, 67]),
            (26, [1]), (50, [1, 2, 3, 4, 5]), (51, [0, 0, 14]), (53, [1, 1]), (57, [1]), (82, [1, 2, 65]),
            (93, [7]), (93, [0, 7, 0]), (118, [10, 0, 0]),
            (94, [1, 3]), (97, Array(repeating: 0, count: 16)), (97, [1] + Array(repeating: 0, count: 16)),
        ] as [(UInt8, [UInt8])])
    func refusesMalformedData(code: UInt8, bytes: [UInt8]) throws {
        let format = try #require(KnownOptions.all.first { $0.code == OptionCode(code) })
        #expect(throws: DHCPError.self) { try format.reencode(bytes) }
    }

    @Test func leavesOutTheNULThatEndsSomeTexts() throws {
        #expect(try KnownOptions.bootFileName.decode(Array("a.efi\0".utf8)) == "a.efi")
    }

    @Test(
        arguments: [
            (Array("iPXE".utf8), true), ([4] + Array("iPXE".utf8), true), ([1, 65, 4] + Array("iPXE".utf8), true),
            (Array("iPXE2".utf8), false), ([5] + Array("iPXE".utf8), false), ([0], false),
        ] as [([UInt8], Bool)])
    func findsAUserClassBareAndWithLengths(bytes: [UInt8], isIPXE: Bool) {
        #expect(UserClass(bytes: bytes).holds("iPXE") == isIPXE)
    }
}
