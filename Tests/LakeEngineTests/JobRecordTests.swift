import Foundation
import LakeCore
import Testing

@testable import LakeEngine

@Suite struct JobRecordTests {
    /// As version 1 was first written; every later version must read it.
    private static let golden = """
        {"attempts":2,"chunks_done":128,"created_at":"2026-11-22T19:48:41.876Z","created_by":"ada","errors":["it stopped"],\
        "format":1,"generation":3,"id":"01a204cd-bd14-7a93-a778-a2cbc065be8a","index":"01a204cd-bd14-7a93-a778-000000000000",\
        "index_name":"resumes","kind":"index","rows_done":64,"rows_total":2000,"segments_done":1,"source_version":9,\
        "state":"failed","updated_at":"2026-11-22T19:49:00.000Z"}
        """

    @Test func theFirstVersionCanBeReadAndIsWrittenAgainAsItWas() throws {
        let record = try JSONDecoder().decode(JobRecordV1.self, from: Data(Self.golden.utf8))
        #expect(record.state == .failed)
        #expect(record.segmentsDone == 1)
        #expect(record.status(rate: 5).rate == 0)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(record), as: UTF8.self) == Self.golden)
    }

    @Test func aRunningJobTellsItsRateAndWhatIsLeft() throws {
        var record = try JSONDecoder().decode(JobRecordV1.self, from: Data(Self.golden.utf8))
        record.state = .running
        let status = record.status(rate: 10)
        #expect(status.rate == 10)
        #expect(status.etaS == 193.6)
    }
}
