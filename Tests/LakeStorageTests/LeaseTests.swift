import Foundation
import LakeTesting
import Testing

@testable import LakeStorage

@Suite struct LeaseTests {
    private let store = MemoryObjectStore()
    private let key: ObjectKey

    init() throws { key = try ObjectKey(validating: "_lake/jobs.lease") }

    private func taker(_ duration: Duration = .seconds(60)) -> Lease.Taker {
        Lease.Taker(key, in: store, duration: duration)
    }

    @Test func oneOfManyGetsIt() async throws {
        let fences = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<20 { group.addTask { try await taker().take()?.fence } }
            return try await group.reduce(into: [Int]()) { if let fence = $1 { $0.append(fence) } }
        }
        #expect(fences == [1])
    }

    @Test func aReleasedLeaseIsTakenAtOnceWithALargerFence() async throws {
        let first = try #require(try await taker().take())
        let other = taker()
        #expect(try await other.take() == nil)
        await first.release()
        #expect(try await other.take()?.fence == 2)
        #expect(try await first.renew() == false)
    }

    @Test func aLeaseThatNobodyRenewsRunsOut() async throws {
        let first = try #require(try await taker(.zero).take())
        let other = taker(.zero)
        // The first look only sees it; what it is compared with comes with the second.
        #expect(try await other.take() == nil)
        #expect(try await other.take()?.fence == 2)
        #expect(try await first.renew() == false)
    }

    @Test func aRenewedLeaseIsRespected() async throws {
        let first = try #require(try await taker().take())
        let other = taker(.zero)
        for _ in 0..<5 {
            #expect(try await other.take() == nil)
            #expect(try await first.renew())
        }
        #expect(first.isHeld(for: .seconds(60)))
        #expect(!first.isHeld(for: .zero))
    }

    @Test func theGoldenLeaseIsReadAndWritten() throws {
        let golden = #"{"fence":3,"format":1,"holder":"h","released":true,"renewal":"r"}"#
        var lease = LeaseV1(holder: "h", fence: 3)
        lease.isReleased = true
        lease.renewal = "r"
        #expect(String(decoding: lease.encoded(), as: UTF8.self) == golden)
        #expect(LeaseV1.decode(Array(golden.utf8)) == lease)
        #expect(LeaseV1.decode([1, 2]).fence == 0)
    }
}
