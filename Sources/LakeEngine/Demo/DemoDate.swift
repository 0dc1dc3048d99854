/// A day, counted from 1970-01-01.
struct DemoDate: Comparable, Hashable {
    var days: Int

    /// Sunday 2026-06-28: the last week the demo has time sheets for, and its newest day.
    static let last = DemoDate(year: 2026, month: 6, day: 28)
    /// When the first candidate registered.
    static let first = DemoDate(year: 2021, month: 1, day: 4)

    init(days: Int) { self.days = days }

    /// The proleptic Gregorian calendar, by counting years from 1 March.
    init(year: Int, month: Int, day: Int) {
        let years = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        days = years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468
    }

    /// Holds from the year 1 on.
    var civil: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 0 is Monday.
    var weekday: Int { (days + 3) % 7 }

    /// Saturdays and Sundays become the Friday before them.
    var workday: DemoDate { DemoDate(days: days - max(0, weekday - 4)) }

    static func < (a: Self, b: Self) -> Bool { a.days < b.days }

    static func + (date: Self, days: Int) -> Self { Self(days: date.days + days) }

    static func - (date: Self, days: Int) -> Self { Self(days: date.days - days) }
}
