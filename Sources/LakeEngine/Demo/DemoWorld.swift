/// The people, companies and jobs of one demo, each made from its number when asked for.
struct DemoWorld: Sendable {
    let scale: DemoScale
    let seed: UInt64
    let candidates: Int
    let clients: Int
    let jobOrders: Int
    let placements: Int
    let timesheets: Int

    init(scale: DemoScale, seed: UInt64) {
        self.scale = scale
        self.seed = seed
        candidates = DemoPlan.rows(.candidates, scale)
        clients = DemoPlan.rows(.clients, scale)
        jobOrders = DemoPlan.rows(.jobOrders, scale)
        placements = DemoPlan.rows(.placements, scale)
        timesheets = DemoPlan.rows(.timesheets, scale)
    }

    /// Weeks with time sheets, up to and including the last.
    static let weeks = 182
    /// Monday of the first of them.
    static let firstMonday = DemoDate(days: DemoDate.last.days + 1 - weeks * 7)
    /// One candidate in so many is there for the second time.
    static let duplicateEvery = 125

    func random(_ kind: DemoRandom.Kind, _ index: Int) -> DemoRandom { DemoRandom(seed: seed, kind, index) }

    // MARK: Candidates

    /// Candidates are numbered as they register.
    func registeredOn(_ candidate: Int) -> DemoDate {
        DemoDate.first + candidate * (DemoDate.last.days - DemoDate.first.days) / candidates
    }

    /// How many had registered before a day; at least one.
    func registered(before date: DemoDate) -> Int {
        let share = (date.days - DemoDate.first.days) * candidates / (DemoDate.last.days - DemoDate.first.days)
        return min(max(share, 1), candidates)
    }

    /// The number of the person who has registered again as `candidate`, or the same number.
    func original(of candidate: Int) -> Int {
        guard candidate % Self.duplicateEvery == Self.duplicateEvery - 1 else { return candidate }
        var random = random(.registration, candidate)
        return candidate - 1 - random.below(Self.duplicateEvery - 25)
    }

    func candidate(_ index: Int) -> DemoCandidate {
        let original = original(of: index)
        var person = profile(original)
        person.index = index
        if index != original { person.spelling = respelling(of: person) }
        return person
    }

    private func respelling(of person: DemoCandidate) -> DemoCandidate.Spelling {
        let group = DemoNames.groups[person.group]
        let hasAccent =
            group.first[person.first] != group.plainFirst[person.first]
            || group.last[person.last] != group.plainLast[person.last]
        return hasAccent ? .plain : person.index % 2 == 0 ? .turned : .initial
    }

    private func profile(_ index: Int) -> DemoCandidate {
        var random = random(.profile, index)
        let group = DemoNames.draws[random.below(DemoNames.draws.count)]
        let names = DemoNames.groups[group]
        let (first, last) = (random.below(names.first.count), random.below(names.last.count))
        let initial = random.chance(22) ? UInt8(truncatingIfNeeded: 65 + random.below(26)) : 0
        let atHome = random.chance(72)
        let country =
            atHome ? names.home[random.below(names.home.count)] : random.below(DemoPlaces.countries.count)
        let city = DemoPlaces.countries[country].cities[random.below(DemoPlaces.countries[country].cities.count)]
        let field = self.field(ofCandidate: index)
        let title = random.below(DemoField.all[field].titles.count)
        // Most are young, some have worked for decades.
        let years = 2 + random.below(19) * random.below(37) / 18
        let level = years < 4 ? 0 : years < 9 ? 1 : years < 16 || random.chance(60) ? 2 : 3
        let skills = DemoPicks.draw(
            min(7, 3 + random.below(3) + years / 10),
            below: DemoField.all[field].skills.count,
            &random
        )
        var person = DemoCandidate(
            index: index,
            original: index,
            group: group,
            first: first,
            last: last,
            initial: initial,
            city: city,
            country: country,
            field: field,
            title: title,
            level: level,
            years: years,
            skills: skills,
            languages: DemoPicks(),
            levels: DemoPicks(),
            wage: wage(field: field, level: level, years: years, country: country, &random)
        )
        addLanguages(to: &person, &random)
        return person
    }

    private func addLanguages(to person: inout DemoCandidate, _ random: inout DemoRandom) {
        let native = DemoNames.groups[person.group].language
        person.languages.append(native)
        person.levels.append(0)
        let local = DemoPlaces.countries[person.country].language
        if !person.languages.contains(0), random.chance(94) {
            person.languages.append(0)
            person.levels.append(1 + random.below(2))
        }
        if !person.languages.contains(local), random.chance(62) {
            person.languages.append(local)
            person.levels.append(1 + random.below(3))
        }
        let other = 1 + random.below(6)
        if !person.languages.contains(other), random.chance(native == 0 ? 38 : 22) {
            person.languages.append(other)
            person.levels.append(1 + random.below(3))
        }
    }

    /// A year's wage in hundredths of a euro, to the nearest 50 euros.
    private func wage(field: Int, level: Int, years: Int, country: Int, _ random: inout DemoRandom) -> Int {
        let base = DemoField.all[field].wage * DemoPlaces.countries[country].wages / 100
        let grown = base * (70 + 2 * min(years, 20) + 6 * level) / 100
        return grown * random.within(90...112) / 100 / 50 * 5000
    }

    // Candidates come in blocks of 64, in each of which every field has its share of places, shuffled.

    func field(ofCandidate index: Int) -> Int {
        var random = random(.permutation, index / 64)
        let (factor, offset) = (random.below(32) * 2 + 1, random.below(64))
        return DemoField.slots[(index % 64 * factor + offset) % 64]
    }

    /// Somebody of a field who had registered before a day, and not for the second time.
    func candidate(ofField field: Int, registeredBefore date: DemoDate, _ draw: inout DemoRandom) -> Int {
        let blocks = max(1, registered(before: date) / 64)
        let firstSlot = DemoField.slots.firstIndex(of: field) ?? 0
        while true {
            let block = draw.below(blocks)
            let slot = firstSlot + draw.below(DemoField.all[field].weight)
            var random = random(.permutation, block)
            let (factor, offset) = (random.below(32) * 2 + 1, random.below(64))
            // The inverse of an odd number modulo 64 is its 15th power: the group's exponent is 16.
            var inverse = 1
            for _ in 0..<15 { inverse = inverse * factor % 64 }
            let index = block * 64 + (slot - offset + 64) * inverse % 64
            if original(of: index) == index { return index }
        }
    }
}
