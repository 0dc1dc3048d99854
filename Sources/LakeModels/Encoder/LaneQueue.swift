/// Who gets the next free lane: those that somebody waits for first, each kind in the order it came.
struct LaneQueue<Waiter> {
    /// What became of a request for a lane.
    enum Outcome: Equatable {
        case granted(lane: Int)
        case waiting
        case refused
    }

    private var free: [Int]
    private var interactive: [(ticket: Int, waiter: Waiter)] = []
    private var bulk: [(ticket: Int, waiter: Waiter)] = []
    let limit: Int

    /// - Parameters:
    ///   - lanes: Number of lanes, all free.
    ///   - limit: Requests that may wait.
    init(lanes: Int, limit: Int) {
        free = Array((0..<lanes).reversed())
        self.limit = limit
    }

    var waiting: Int { interactive.count + bulk.count }

    mutating func request(ticket: Int, isInteractive: Bool, _ waiter: Waiter) -> Outcome {
        if let lane = free.popLast() { return .granted(lane: lane) }
        guard waiting < limit else { return .refused }
        if isInteractive { interactive.append((ticket, waiter)) } else { bulk.append((ticket, waiter)) }
        return .waiting
    }

    /// Takes a lane back; returns who gets it next.
    mutating func release(lane: Int) -> Waiter? {
        if !interactive.isEmpty { return interactive.removeFirst().waiter }
        if !bulk.isEmpty { return bulk.removeFirst().waiter }
        free.append(lane)
        return nil
    }

    /// Takes a request back that still waits; nil when it was granted already.
    mutating func cancel(ticket: Int) -> Waiter? {
        if let index = interactive.firstIndex(where: { $0.ticket == ticket }) {
            return interactive.remove(at: index).waiter
        }
        return bulk.firstIndex { $0.ticket == ticket }.map { bulk.remove(at: $0).waiter }
    }
}
