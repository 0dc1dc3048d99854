/// Writes the rows of one table, in order.
struct DemoRows {
    let world: DemoWorld
    let table: DemoTable
    var row: DemoRow
    /// The placement of the last time sheet, and its first sheet: the next one is most likely of the same.
    var placement: (value: DemoPlacement, sheets: Range<Int>)?

    init(world: DemoWorld, table: DemoTable) {
        self.world = world
        self.table = table
        row = DemoRow(table)
    }

    mutating func appendHeader() {
        row.bytes.append(table.mark)
        guard table != .resumes else { return }
        for column in table.columns { row.plain { $0.append(contentsOf: column.utf8) } }
        row.end()
    }

    mutating func append(_ index: Int) {
        switch table {
        case .candidates: appendCandidate(index)
        case .clients: appendClient(index)
        case .jobOrders: appendJobOrder(index)
        case .placements: appendPlacement(index)
        case .timesheets: appendTimesheet(index)
        case .callLog: appendCall(index)
        case .emailLog: appendMail(index)
        case .resumes: appendResume(index)
        }
        if table != .resumes { row.end() }
    }

    /// Whether a row is one of those that refer to nothing.
    func isOrphan(_ index: Int) -> Bool {
        guard let orphans = DemoPlan.orphans(table) else { return false }
        return index % orphans.every == orphans.remainder
    }

    /// The position of something that is not there: beyond the end of its table at every scale.
    static func missing(_ index: Int) -> Int { 900_000 + index % 99_000 }

    /// How far the clocks of a country are ahead of UTC; summer time from April to October.
    static func minutesAhead(_ country: Int, _ date: DemoDate) -> Int {
        let place = DemoPlaces.countries[country]
        return place.minutesAhead + (place.hasSummerTime && (4...10).contains(date.civil.month) ? 60 : 0)
    }
}
