extension DemoRows {
    mutating func appendCandidate(_ index: Int) {
        let world = world
        let person = world.candidate(index)
        let country = DemoPlaces.countries[person.country]
        var random = world.random(.contact, index)
        row.id("CAN-", index)
        row.text { world.append(name: person, to: &$0) }
        row.plain { world.append(title: person.title, of: person.field, level: person.level, to: &$0) }
        row.plain { $0.append(contentsOf: DemoField.all[person.field].name) }
        appendCity(person)
        row.plain { $0.append(contentsOf: country.name) }
        row.plain { $0.append(pattern: DemoPlaces.cities[person.city].postcode, &random) }
        let street = country.streets[random.below(country.streets.count)]
        row.text { $0.append(pattern: street, &random) }
        if random.chance(4) { row.null() } else { row.plain { world.append(phone: person, to: &$0) } }
        switch index {
        case let other where other % 333 == 50: row.empty()
        case let other where other % 211 == 70: row.null()
        default: row.plain { world.append(mail: person, to: &$0) }
        }
        row.date(bornOn(person))
        row.text { out in
            for (position, language) in person.languages.enumerated() {
                if position > 0 { out.append(", ") }
                out.append(contentsOf: DemoLanguages.names[language])
                out.append(" (")
                out.append(contentsOf: DemoLanguages.levels[person.levels[position]])
                out.append(")")
            }
        }
        row.plain { world.append(skills: person.skills, of: person.field, separator: "|", to: &$0) }
        row.number(person.years)
        appendExpectation(person, &random)
        row.plain { world.append(desk: random.below(24), to: &$0) }
        row.plain { out in
            let date = world.registeredOn(index)
            out.append(
                date: date,
                second: random.within(7 * 3600...21 * 3600),
                minutesAhead: Self.minutesAhead(person.country, date)
            )
        }
        appendNote(person, &random)
    }

    /// What the person hopes for: money, a day, a place.
    private mutating func appendExpectation(_ person: DemoCandidate, _ random: inout DemoRandom) {
        let wish = person.wage * random.within(98...116) / 100 / 5000 * 5000 + (random.chance(5) ? 50 : 0)
        switch person.index {
        case 777: row.amount(hundredths: 999_999_900)
        case 778: row.amount(hundredths: 100)
        default: if random.chance(6) { row.null() } else { row.amount(hundredths: wish) }
        }
        let free = (DemoDate.last + random.within(-60...150)).workday
        if person.index == 321 {
            row.date(DemoDate(year: 9999, month: 12, day: 31))
        } else {
            row.date(random.chance(30) ? nil : free)
        }
        if random.chance(8) { row.null() } else { row.flag(random.chance(40)) }
    }

    private mutating func appendNote(_ person: DemoCandidate, _ random: inout DemoRandom) {
        let index = person.index
        if index % 97 == 13 {
            return row.text { $0.append(contentsOf: Self.awkwardNotes[index / 97 % Self.awkwardNotes.count]) }
        }
        if random.chance(45) { return row.null() }
        if random.chance(12) { return row.empty() }
        var scene = DemoScene(world: world, random: random, person: person)
        scene.recruiter = random.below(24)
        row.text { out in
            // One note in a thousand is a long one.
            let lines = index % 997 == 500 ? 60 : 1
            for line in 0..<lines {
                if line > 0 { out.append(line % 5 == 0 ? "\n" : " ") }
                scene.write(DemoLetters.candidateNotes, to: &out)
            }
        }
    }

    private mutating func appendCity(_ person: DemoCandidate) {
        if person.index % 500 == 250 { return row.null() }
        row.text { $0.append(contentsOf: DemoPlaces.cities[person.city].name) }
    }

    private func bornOn(_ person: DemoCandidate) -> DemoDate {
        if person.original % 1461 == 29 { return DemoDate(year: 1988, month: 2, day: 29) }
        var random = world.random(.registration, -1 - person.original)
        return DemoDate(year: 2026 - 19 - person.years - random.below(8), month: 1, day: 1) + random.below(365)
    }

    private static let awkwardNotes = DemoLetters.awkwardNotes.map { Array($0.utf8) }

    mutating func appendResume(_ index: Int) {
        let world = world
        let person = world.candidate(index)
        var random = world.random(.resume, -1 - index)
        row.bytes.append("{\"candidate_id\":\"")
        row.bytes.append(id: "CAN-", index)
        row.bytes.append("\",\"name\":\"")
        var start = row.bytes.count
        world.append(name: person, to: &row.bytes)
        row.bytes.escapeJSON(from: start)
        row.bytes.append("\",\"title\":\"")
        world.append(title: person.title, of: person.field, level: person.level, to: &row.bytes)
        row.bytes.append("\",\"city\":")
        if index % 500 == 250 {
            row.bytes.append("null")
        } else {
            row.bytes.append(UInt8(ascii: "\""))
            row.bytes.append(contentsOf: DemoPlaces.cities[person.city].name)
            row.bytes.append(UInt8(ascii: "\""))
        }
        row.bytes.append(",\"years_experience\":")
        row.bytes.append(number: person.years)
        row.bytes.append(",\"skills\":[\"")
        world.append(skills: person.skills, of: person.field, separator: "\",\"", to: &row.bytes)
        row.bytes.append("\"],\"updated_on\":\"")
        let registered = world.registeredOn(index)
        row.bytes.append(date: registered + random.below(DemoDate.last.days - registered.days + 1))
        row.bytes.append("\",\"resume_text\":\"")
        start = row.bytes.count
        DemoResume.write(person, of: world, to: &row.bytes)
        row.bytes.escapeJSON(from: start)
        row.bytes.append("\"}\n")
    }
}
