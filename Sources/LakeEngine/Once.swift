/// A value made on first use and then shared; a failed making is tried again by the next caller.
actor Once<Value: Sendable> {
    private let make: @Sendable () async throws -> Value
    private let isUsable: @Sendable (Value) -> Bool
    private var making: Task<Value, any Error>?

    /// - Parameters:
    ///   - isUsable: Whether a value can still be shared; otherwise it is made anew.
    ///   - make: Makes it.
    init(
        whileUsable isUsable: @escaping @Sendable (Value) -> Bool = { _ in true },
        _ make: @escaping @Sendable () async throws -> Value
    ) {
        self.isUsable = isUsable
        self.make = make
    }

    /// The value, made by the first caller and awaited by the others.
    ///
    /// The making is a task of its own because it must outlive the caller that happened to be first and may be cancelled.
    func get() async throws -> Value {
        if let making {
            if let value = try? await making.value, isUsable(value) { return value }
            if self.making == making { self.making = nil }
        }
        let started = making ?? Task { [make] in try await make() }
        making = started
        do {
            return try await started.value
        } catch {
            if making == started { making = nil }
            throw error
        }
    }

    /// The value if somebody has asked for it and it was made.
    func ifMade() async -> Value? { try? await making?.value }
}
