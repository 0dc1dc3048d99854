import Testing

@testable import LakeStorage

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private var breaker = CircuitBreaker(
        settings: CircuitBreaker.Settings(
            failuresToOpen: 3,
            successesToClose: 2,
            pause: .seconds(1),
            pauseMax: .seconds(4)
        )
    )

    private func opened() -> CircuitBreaker {
        var breaker = breaker
        for _ in 0..<3 { breaker.fail(at: start) }
        return breaker
    }

    @Test func fewerFailuresThanTheLimitChangeNothing() {
        var breaker = breaker
        for _ in 0..<10 {
            breaker.fail(at: start)
            breaker.fail(at: start)
            #expect(breaker.isClosed)
            breaker.succeed()
        }
        let mayCall = breaker.admit(at: start)
        #expect(mayCall)
    }

    @Test func failuresInARowOpenItForTheWholePause() {
        var breaker = opened()
        #expect(!breaker.isClosed)
        let (early, due) = (breaker.admit(at: start + .milliseconds(999)), breaker.admit(at: start + .seconds(1)))
        #expect(!early)
        #expect(due)
    }

    @Test func oneCallAtATimeFindsOutWhetherItIsBack() {
        var breaker = opened()
        let first = breaker.admit(at: start + .seconds(1))
        let second = breaker.admit(at: start + .seconds(1))
        #expect(first && !second)
        breaker.abandon()
        let third = breaker.admit(at: start + .seconds(1))
        #expect(third)
    }

    @Test func oneSuccessDoesNotCloseIt() {
        var breaker = opened()
        _ = breaker.admit(at: start + .seconds(1))
        breaker.succeed()
        #expect(!breaker.isClosed)
        _ = breaker.admit(at: start + .seconds(1))
        breaker.succeed()
        #expect(breaker.isClosed)
    }

    @Test func eachFailedTryDoublesThePauseUpToALimit() {
        var breaker = opened()
        var now = start + .seconds(1)
        for pause in [2, 4, 4, 4] {
            let tries = breaker.admit(at: now)
            #expect(tries)
            breaker.fail(at: now)
            #expect(breaker.state == .open(until: now + .seconds(pause), pause: .seconds(pause)))
            now += .seconds(pause)
        }
    }

    @Test func aProbeThatGoesWellEndsThePause() {
        var breaker = opened()
        breaker.succeed()
        breaker.succeed()
        #expect(breaker.isClosed)
    }
}
