/// A person on the books.
struct DemoCandidate {
    /// How the name is written; all but the first are of people who registered a second time.
    enum Spelling { case proper, plain, turned, initial }

    /// The row.
    var index: Int
    /// The row of the person's first registration; `index` for nearly everybody.
    var original: Int
    var spelling = Spelling.proper
    var group: Int
    var first: Int
    var last: Int
    /// A second given name's letter, 0 for none.
    var initial: UInt8
    var city: Int
    var country: Int
    var field: Int
    var title: Int
    /// 0 junior, 1 plain, 2 senior, 3 lead.
    var level: Int
    var years: Int
    var skills: DemoPicks
    /// Languages, and at the same place in `levels` how well.
    var languages: DemoPicks
    var levels: DemoPicks
    /// Hundredths of a euro a year.
    var wage: Int

    var isDuplicate: Bool { index != original }
}

/// A company that asks for people.
struct DemoClient {
    var index: Int
    var stem: Int
    /// Its industry, as an index into the fields.
    var field: Int
    var suffix: Int
    var city: Int
}

/// A request for people.
struct DemoJobOrder {
    var index: Int
    var client: DemoClient
    var field: Int
    var title: Int
    var level: Int
    var skills: DemoPicks
    var city: Int
    /// People placed.
    var filled: Int
    var openings: Int
    var openedOn: DemoDate
    var recruiter: Int
}

/// One person at work for one client.
struct DemoPlacement {
    var index: Int
    var order: DemoJobOrder
    var candidate: Int
    /// A Monday.
    var startOn: DemoDate
    var weeks: Int
    /// Hundredths of a euro an hour.
    var payRate: Int
    var billRate: Int
    /// Quarters of an hour a week.
    var quarters: Int

    /// A Friday; nil while it goes on.
    var endOn: DemoDate? { lastSunday == DemoDate.last ? nil : lastSunday - 2 }

    private var lastSunday: DemoDate { startOn + (weeks * 7 - 1) }
}
