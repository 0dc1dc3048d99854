extension DemoRows {
    mutating func appendJobOrder(_ index: Int) {
        let world = world
        let order = world.jobOrder(index)
        var random = world.random(.jobOrder, -1 - index)
        row.id("JOB-", index)
        row.id("CLI-", order.client.index)
        row.plain { world.append(title: order.title, of: order.field, level: order.level, to: &$0) }
        row.plain { $0.append(contentsOf: DemoField.all[order.field].name) }
        row.plain { world.append(skills: order.skills, of: order.field, separator: "|", to: &$0) }
        row.text { $0.append(contentsOf: DemoPlaces.cities[order.city].name) }
        row.number(order.openings)
        row.number(order.filled)
        let isNew = order.openedOn > DemoDate.last - 60
        let unfilled: StaticString =
            isNew ? "open" : random.chance(55) ? "cancelled" : random.chance(50) ? "on hold" : "open"
        row.plain { $0.append(order.filled == order.openings ? "filled" : unfilled) }
        let wages = DemoPlaces.countries[DemoPlaces.cities[order.city].country].wages
        let hour = DemoField.all[order.field].wage * wages * (84 + 8 * order.level) / 1720 / 100
        row.amount(hundredths: hour * random.within(86...95) / 100)
        if random.chance(9) { row.null() } else { row.amount(hundredths: hour * random.within(104...120) / 100) }
        row.plain { $0.append(random.chance(55) ? "on site" : random.chance(60) ? "hybrid" : "remote") }
        row.date(order.openedOn)
        row.date(random.chance(12) ? nil : (order.openedOn + random.within(10...70)).workday)
        row.plain { world.append(desk: order.recruiter, to: &$0) }
        var scene = DemoScene(world: world, random: random)
        scene.order = order
        scene.place = order.city
        row.text { out in
            scene.write(DemoLetters.descriptions, to: &out)
            guard index % 3 == 0 else { return }
            out.append("\n\nMust have:")
            for skill in order.skills {
                out.append("\n- ")
                out.append(contentsOf: DemoField.all[order.field].skills[skill])
            }
        }
    }

    mutating func appendPlacement(_ index: Int) {
        let world = world
        let placement = world.placement(index)
        let order = placement.order
        var random = world.random(.placement, -1 - index)
        row.id("PLC-", index)
        row.id("JOB-", order.index)
        row.id("CAN-", isOrphan(index) ? Self.missing(index) : placement.candidate)
        row.id("CLI-", order.client.index)
        row.plain { world.append(title: order.title, of: order.field, level: order.level, to: &$0) }
        row.plain { $0.append(random.chance(70) ? "temporary" : random.chance(60) ? "contract" : "temp to hire") }
        row.date(placement.startOn)
        row.date(placement.endOn)
        row.amount(hundredths: placement.quarters * 25)
        row.amount(hundredths: placement.payRate)
        row.amount(hundredths: placement.billRate)
        row.plain { out in
            out.append(placement.endOn == nil ? "active" : random.chance(92) ? "completed" : "ended early")
        }
        row.text { $0.append(contentsOf: DemoNames.recruiters[order.recruiter]) }
        let signed = (placement.startOn - random.within(1...8)).workday
        let country = DemoPlaces.cities[order.city].country
        row.plain { out in
            out.append(
                date: signed,
                second: random.within(8 * 3600...19 * 3600),
                minutesAhead: Self.minutesAhead(country, signed)
            )
        }
        if random.chance(70) { return row.null() }
        var scene = DemoScene(world: world, random: random)
        scene.recruiter = order.recruiter
        row.text { scene.write(DemoLetters.placementNotes, to: &$0) }
    }

    mutating func appendTimesheet(_ index: Int) {
        let (placement, week) = sheet(index)
        var random = world.random(.timesheet, index)
        let sunday = placement.startOn + (7 * week + 6)
        var quarters = max(8, placement.quarters + random.within(-6...4))
        var overtime = random.chance(12) ? random.within(2...24) : 0
        let isAbsent = random.chance(2)
        if isAbsent { (quarters, overtime) = (random.chance(50) ? 0 : quarters / 2, 0) }
        // Somebody typed a week's hours for a day's.
        if index % 7001 == 3500 { quarters = 168 * 4 }
        row.number(index + 1)
        row.id("PLC-", isOrphan(index) ? Self.missing(index) : placement.index)
        row.id("CAN-", placement.candidate)
        row.date(sunday)
        row.amount(hundredths: quarters * 25)
        row.amount(hundredths: overtime * 25)
        // Overtime counts one and a half times; eighths of an hour, rounded to the cent.
        let eighths = quarters * 2 + overtime * 3
        row.amount(hundredths: (eighths * placement.payRate + 4) / 8)
        row.amount(hundredths: (eighths * placement.billRate + 4) / 8)
        let isApproved = sunday < DemoDate.last - 7 ? !random.chance(1) : random.chance(35)
        row.flag(isApproved)
        row.date(isApproved ? (sunday + random.within(1...5)).workday : nil)
        let submitted = sunday + random.below(2)
        let country = DemoPlaces.cities[placement.order.city].country
        let second = random.within(6 * 3600...23 * 3600)
        row.plain { out in
            out.append(date: submitted, second: second, minutesAhead: Self.minutesAhead(country, submitted))
        }
        guard isAbsent || random.chance(4) else { return row.null() }
        var scene = DemoScene(world: world, random: random)
        row.text { scene.write(DemoLetters.sheetNotes, isAbsent ? index % 2 : 2 + index % 4, to: &$0) }
    }

    /// The placement a time sheet is of, and which of its weeks.
    private mutating func sheet(_ index: Int) -> (DemoPlacement, Int) {
        if let known = placement, known.sheets.contains(index) {
            return (known.value, index - known.sheets.lowerBound)
        }
        var number = index * world.placements / world.timesheets
        while world.firstTimesheet(number) > index { number -= 1 }
        while world.firstTimesheet(number + 1) <= index { number += 1 }
        let found = world.placement(number)
        let first = world.firstTimesheet(number)
        placement = (found, first..<first + found.weeks)
        return (found, index - first)
    }
}

extension DemoWorld {
    /// `007`: the desk of a recruiter.
    func append(desk recruiter: Int, to out: inout [UInt8]) { out.append(number: recruiter + 1, width: 3) }
}
