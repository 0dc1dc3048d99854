extension DemoWorld {
    // MARK: Clients

    func client(_ index: Int) -> DemoClient {
        var random = random(.client, index)
        // 4001 is prime, so that no two clients share a name.
        let suffixes = DemoField.all.count * 5
        let name = (index * 4001 + 17) % (DemoCompanies.stems.count * suffixes)
        return DemoClient(
            index: index,
            stem: name / suffixes,
            field: name % suffixes / 5,
            suffix: name % 5,
            city: random.below(DemoPlaces.cities.count)
        )
    }

    // MARK: Job orders and placements

    // Five job orders share four placements; such groups follow each other in time.

    private func groupMonday(_ group: Int) -> DemoDate {
        Self.firstMonday + group * (Self.weeks - 1) / (jobOrders / 5) * 7
    }

    /// The newest job order opened for certain before a day, counted from 1.
    func jobOrders(before date: DemoDate) -> Int {
        let weeks = max(0, date.days - Self.firstMonday.days) / 7
        return max(1, weeks * (jobOrders / 5) / (Self.weeks - 1)) * 5
    }

    func jobOrder(ofPlacement placement: Int) -> Int {
        var random = random(.assignment, placement)
        return placement / 4 * 5 + random.below(5)
    }

    /// The first time sheet of a placement; a placement has 2 to 40 of them, one a week.
    func firstTimesheet(_ placement: Int) -> Int {
        guard placement > 0, placement < placements else { return placement == 0 ? 0 : timesheets }
        var random = random(.timesheet, -placement)
        return (placement * 1000 + random.within(-450...450)) * timesheets / (placements * 1000)
    }

    func startOn(ofPlacement placement: Int) -> DemoDate {
        var random = random(.assignment, -1 - placement)
        let latest = DemoDate.last + 1 - 7 * (firstTimesheet(placement + 1) - firstTimesheet(placement))
        return min(groupMonday(placement / 4) + 7 * random.below(7), latest)
    }

    func jobOrder(_ index: Int) -> DemoJobOrder {
        var random = random(.jobOrder, index)
        let group = index / 5
        var filled = 0
        var openedOn = groupMonday(group)
        for placement in group * 4..<group * 4 + 4 where jobOrder(ofPlacement: placement) == index {
            filled += 1
            openedOn = min(openedOn, startOn(ofPlacement: placement))
        }
        // A few clients order most.
        let client = client(random.below(clients) * random.below(clients) / clients)
        let field = random.chance(65) ? client.field : DemoField.slots[random.below(64)]
        let skills = DemoPicks.draw(2 + random.below(3), below: DemoField.all[field].skills.count, &random)
        return DemoJobOrder(
            index: index,
            client: client,
            field: field,
            title: random.below(DemoField.all[field].titles.count),
            level: [0, 1, 1, 2, 2, 3][random.below(6)],
            skills: skills,
            city: random.chance(80) ? client.city : random.below(DemoPlaces.cities.count),
            filled: filled,
            openings: max(1, filled) + (random.chance(22) ? 1 + random.below(2) : 0),
            openedOn: (openedOn - random.within(5...45)).workday,
            recruiter: random.below(24) * random.below(25) / 24
        )
    }

    func placement(_ index: Int) -> DemoPlacement {
        var random = random(.placement, index)
        let order = jobOrder(jobOrder(ofPlacement: index))
        let startOn = startOn(ofPlacement: index)
        let candidate = candidate(ofField: order.field, registeredBefore: startOn - 10, &random)
        // A year has 1,720 paid hours.
        let payRate = self.candidate(candidate).wage / 1720 * random.within(97...108) / 100
        return DemoPlacement(
            index: index,
            order: order,
            candidate: candidate,
            startOn: startOn,
            weeks: firstTimesheet(index + 1) - firstTimesheet(index),
            payRate: payRate,
            billRate: payRate * random.within(121...148) / 100,
            quarters: [160, 160, 160, 150, 154, 128, 80][random.below(7)]
        )
    }
}
