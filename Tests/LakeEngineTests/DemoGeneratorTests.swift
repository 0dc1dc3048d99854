import LakeEngine
import Testing

@Suite struct DemoGeneratorTests {
    /// FNV-1a, 64 bits.
    private func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Stops a table after its first piece.
    private struct Enough: Error {}

    private func firstPiece(_ table: DemoTable, _ scale: DemoScale) async -> [UInt8] {
        var first: [UInt8] = []
        try? await DemoGenerator(scale: scale).write(table, pieceBytes: 1 << 16) { piece, _ in
            first = piece
            throw Enough()
        }
        return first
    }

    @Test(
        arguments: zip(
            DemoTable.allCases,
            [
                0x0458_A2AD_EB63_DAB7, 0x9566_B729_EDBD_E17F, 0xBD0A_5BE9_02B8_13D4, 0xBE65_5CEF_555B_F72F,
                0x35EC_1A55_0641_F93D, 0x45B3_B422_8C4C_693C, 0xA66C_E896_9E11_1290, 0x1E9D_18AA_14A2_AC94,
            ] as [UInt64]
        )
    )
    func theSmallDemoIsTheSameBytesOnEveryMachine(_ table: DemoTable, _ expected: UInt64) async {
        let first = await firstPiece(table, .small)
        #expect(digest(first) == expected)
    }

    @Test(
        arguments: zip(
            DemoTable.allCases,
            [
                0x8573_F12C_3F2F_598B, 0x9566_B729_EDBD_E17F, 0xDBB0_CE62_0B7C_898A, 0xB5E1_C2FE_D3DA_2898,
                0x23F0_9353_2A5E_8212, 0xDFF2_B8DC_8DBD_3C76, 0x750F_80A6_2439_4617, 0x4B37_DAD3_895A_A287,
            ] as [UInt64]
        )
    )
    func theFullDemoIsTheSameBytesOnEveryMachine(_ table: DemoTable, _ expected: UInt64) async {
        let first = await firstPiece(table, .full)
        #expect(digest(first) == expected)
    }

    @Test(arguments: DemoTable.allCases)
    func anotherSeedGivesOtherRows(_ table: DemoTable) async {
        var pieces: [[UInt8]] = []
        for seed: UInt64 in [1, 2] {
            try? await DemoGenerator(scale: .small, seed: seed).write(table, pieceBytes: 1 << 12) { piece, _ in
                pieces.append(piece)
                throw Enough()
            }
        }
        #expect(pieces.count == 2)
        #expect(pieces.first != pieces.last)
    }

    @Test(arguments: DemoTable.allCases)
    func piecesEndWithRowsAndAddUpToTheTable(_ table: DemoTable) async throws {
        let whole = try await DemoFiles.small.value.files[table]
        var joined: [UInt8] = []
        var counts: [Int] = []
        await DemoGenerator(scale: .small).write(table, pieceBytes: 50_000) { piece, rows in
            #expect(piece.last == 10)
            // The longest row, one with a long note, is far shorter than this.
            #expect(piece.count < 50_000 + 8_000)
            joined += piece
            counts.append(rows)
        }
        #expect(joined == whole)
        #expect(counts == counts.sorted())
        #expect(counts.last == DemoPlan.rows(table, .small))
    }

    @Test func thePlanAddsUpToWhatIsPromised() {
        #expect(DemoPlan.rows(.small) == 52_000)
        #expect(DemoPlan.rows(.full) == 2_470_000)
        #expect(DemoPlan.rows(.resumes, .full) == 100_000)
    }
}
