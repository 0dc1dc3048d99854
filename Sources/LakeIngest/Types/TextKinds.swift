/// What a text could be, one bit for each kind; of a column, what all its texts could be.
struct TextKinds: OptionSet, Hashable, Sendable {
    let rawValue: UInt64

    /// Digits of a 64-bit integer, nothing to lose: no `+`, no leading zero.
    static let integer = TextKinds(rawValue: 1 << 0)
    /// A decimal number, or an integer that a double holds exactly.
    static let double = TextKinds(rawValue: 1 << 1)
    /// `true` or `false` in any case.
    static let boolean = TextKinds(rawValue: 1 << 2)
    /// `2024-12-31`.
    static let date = TextKinds(rawValue: 1 << 3)
    /// `2024/12/31`.
    static let slashedDate = TextKinds(rawValue: 1 << 4)
    /// `31.12.2024`.
    static let dottedDate = TextKinds(rawValue: 1 << 5)
    /// `12/31/2024`.
    static let monthFirstDate = TextKinds(rawValue: 1 << 6)
    /// `31/12/2024`.
    static let dayFirstDate = TextKinds(rawValue: 1 << 7)
    /// `2024-12-31T23:59:59.5` or with a space.
    static let timestamp = TextKinds(rawValue: 1 << 8)
    /// The same with `Z` or an offset.
    static let zonedTimestamp = TextKinds(rawValue: 1 << 9)
    /// `23:59:59.5`.
    static let time = TextKinds(rawValue: 1 << 10)

    /// What no text has contradicted yet.
    static let all = TextKinds(rawValue: .max)
}
