extension DemoRows {
    /// Working days from the first time sheet to the last day, in the order of the log.
    private func day(_ index: Int, of rows: Int) -> DemoDate {
        let days = DemoDate.last.days - DemoWorld.firstMonday.days
        return (DemoWorld.firstMonday + index * days / rows).workday
    }

    mutating func appendCall(_ index: Int) {
        let world = world
        var random = world.random(.call, index)
        let date = day(index, of: DemoPlan.rows(table, world.scale))
        let withCandidate = isOrphan(index) || random.chance(74)
        let person = world.candidate(random.below(world.registered(before: date)))
        let client = world.client(random.below(world.clients) * random.below(world.clients) / world.clients)
        let recruiter = random.below(24) * random.below(25) / 24
        row.number(index + 1)
        if withCandidate { row.id("CAN-", isOrphan(index) ? Self.missing(index) : person.index) } else { row.null() }
        if withCandidate { row.null() } else { row.id("CLI-", client.index) }
        row.text { $0.append(contentsOf: DemoNames.recruiters[recruiter]) }
        row.plain { $0.append(random.chance(68) ? "out" : "in") }
        let second = random.within(8 * 3600...18 * 3600)
        let office = Self.offices[recruiter % Self.offices.count]
        row.plain { out in
            out.append(date: date, second: second, minutesAhead: Self.minutesAhead(office, date))
        }
        let outcome = [0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 5, 6][random.below(13)]
        switch outcome {
        case 0, 5, 6: row.number(45 + random.below(40) * random.below(60))
        case 2: row.number(0)
        default: row.number(5 + random.below(55))
        }
        row.plain { out in
            if withCandidate { world.append(phone: person, to: &out) } else { world.append(phone: client, to: &out) }
        }
        row.plain { $0.append(contentsOf: DemoLetters.outcomes[outcome]) }
        if random.chance(38) { return row.null() }
        var scene = DemoScene(world: world, random: random, person: person)
        let phrases = withCandidate || outcome != 0 ? DemoLetters.callNotes[outcome] : DemoLetters.clientCalls
        row.text { scene.write(phrases, to: &$0) }
    }

    mutating func appendMail(_ index: Int) {
        let world = world
        var random = world.random(.email, index)
        let date = day(index, of: DemoPlan.rows(table, world.scale))
        let kind = [0, 0, 1, 2, 3, 3, 4, 4, 5, 6][random.below(10)]
        // An order of the last weeks, with somebody of its field; newsletters are about no order.
        let newest = world.jobOrders(before: date)
        let order = world.jobOrder(newest - 1 - random.below(min(newest, 5 + world.jobOrders / 40)))
        let person = world.candidate(
            world.candidate(ofField: order.field, registeredBefore: date, &random)
        )
        var scene = DemoScene(world: world, random: random, person: person)
        scene.order = order
        scene.recruiter = order.recruiter
        row.number(index + 1)
        row.id("CAN-", person.index)
        if isOrphan(index) {
            row.id("JOB-", Self.missing(index))
        } else if kind == 3 {
            row.null()
        } else {
            row.id("JOB-", order.index)
        }
        row.plain { $0.append(contentsOf: DemoLetters.kinds[kind]) }
        let second = random.within(6 * 3600...22 * 3600)
        let office = Self.offices[order.recruiter % Self.offices.count]
        row.plain { out in
            out.append(date: date, second: second, minutesAhead: Self.minutesAhead(office, date))
        }
        let isReply = kind == 4
        for isSender in [true, false] {
            row.plain { out in
                if isSender == isReply {
                    world.append(mail: person, to: &out)
                } else {
                    out.append(contentsOf: Self.recruiterMail[order.recruiter])
                }
            }
        }
        row.text { scene.write(DemoLetters.subjects[kind], to: &$0) }
        row.text { scene.write(DemoLetters.bodies[kind], to: &$0) }
        let isOpened = random.chance([72, 93, 68, 34, 0, 81, 57][kind])
        if isReply { row.null() } else { row.flag(isOpened) }
        if isReply { row.null() } else { row.flag(isOpened && random.chance([58, 71, 39, 4, 0, 44, 27][kind])) }
        row.number(kind == 1 ? 1 + random.below(2) : random.chance(10) ? 1 : 0)
    }

    /// The agency's offices are in London, Berlin and Lisbon.
    private static let offices = ["GB", "DE", "PT"].map { DemoPlaces.codes.firstIndex(of: $0) ?? 0 }

    private static let recruiterMail: [[UInt8]] = (0..<DemoNames.recruiters.count).map { position in
        let name = DemoNameGroup.plain(DemoNames.recruiters.string(position)).lowercased()
        return Array((name.filter { $0.isLetter || $0 == " " }.replacing(" ", with: ".") + "@agency.example").utf8)
    }
}
