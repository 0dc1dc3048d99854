/// What the slots of a sentence stand for while it is written.
struct DemoScene {
    let world: DemoWorld
    var random: DemoRandom
    var person: DemoCandidate?
    /// The company, town and years of the job that is being written about; the last year 0 for a job that goes on.
    var employer = (stem: 0, field: 0, suffix: 0)
    var place = 0
    var from = 2020
    var to = 0
    var level = 1
    var language = 0
    var school = 0
    var order: DemoJobOrder?
    var recruiter = 0
    /// The one appointment that is talked about, counted from 8:00; it gives the day of the week, too.
    private let halfHour: Int

    init(world: DemoWorld, random: DemoRandom, person: DemoCandidate? = nil) {
        self.world = world
        self.random = random
        self.person = person
        halfHour = self.random.below(20)
    }

    /// Writes one of the phrases, whichever the draw says.
    mutating func write(_ phrases: DemoPhrases, to out: inout [UInt8]) {
        write(phrases, random.below(phrases.count), to: &out)
    }

    mutating func write(_ phrases: DemoPhrases, _ index: Int, to out: inout [UInt8]) {
        phrases.write(index, to: &out) { slot, out in fill(slot, &out) }
    }

    private mutating func fill(_ slot: DemoSlot, _ out: inout [UInt8]) {
        switch slot {
        case .employer: world.append(company: employer.stem, employer.field, employer.suffix, to: &out)
        case .place: out.append(contentsOf: DemoPlaces.cities[place].name)
        case .from: out.append(number: from)
        case .to: if to == 0 { out.append("today") } else { out.append(number: to) }
        case .year: out.append(number: random.within(from...max(from, to == 0 ? 2026 : to)))
        case .school: out.append(contentsOf: DemoPlaces.cities[school].name)
        case .language: out.append(contentsOf: DemoLanguages.names[language])
        case .recruiter: out.append(contentsOf: DemoNames.recruiters[recruiter])
        case .weekday: out.append(contentsOf: Self.weekdays[halfHour % 5])
        case .hour:
            out.append(number: 8 + halfHour / 2)
            out.append(halfHour % 2 == 0 ? ":00" : ":30")
        case .few: out.append(contentsOf: Self.smallNumbers[random.below(8)])
        case .team: out.append(number: random.within(4...14))
        case .months: out.append(number: random.within(3...18))
        case .percent: out.append(number: random.within(7...64))
        case .tens: out.append(number: random.within(11...60))
        case .hundreds: out.append(number: random.within(12...95) * 10)
        case .thousands: out.append(grouped: random.within(12...480) * 100)
        case .money:
            out.append("€")
            out.append(grouped: random.within(2...95) * 10_000)
        default:
            if let person { fill(slot, of: person, &out) }
            if let order { fill(slot, of: order, &out) }
        }
    }

    private mutating func fill(_ slot: DemoSlot, of person: DemoCandidate, _ out: inout [UInt8]) {
        switch slot {
        case .name: world.append(name: person, to: &out)
        case .first: world.append(first: person, to: &out)
        case .title: world.append(title: person.title, of: person.field, level: level, to: &out)
        case .aTitle:
            out.append(contentsOf: level == 1 ? DemoField.all[person.field].articles[person.title][...] : Self.article)
            out.append(UInt8(ascii: " "))
            world.append(title: person.title, of: person.field, level: level, to: &out)
        case .city: out.append(contentsOf: DemoPlaces.cities[person.city].name)
        case .field: out.append(contentsOf: DemoField.all[person.field].name)
        case .years: out.append(number: person.years)
        case .skill1: out.append(contentsOf: DemoField.all[person.field].spokenSkills[person.skills[0]])
        case .skill2: out.append(contentsOf: DemoField.all[person.field].spokenSkills[person.skills[1]])
        case .skill3: out.append(contentsOf: DemoField.all[person.field].spokenSkills[person.skills[2]])
        case .study:
            let studies = DemoField.all[person.field].studies
            out.append(contentsOf: studies[random.below(studies.count)])
        case .certificate:
            let certificates = DemoField.all[person.field].certificates
            out.append(contentsOf: certificates[random.below(certificates.count)])
        default: break
        }
    }

    private func fill(_ slot: DemoSlot, of order: DemoJobOrder, _ out: inout [UInt8]) {
        switch slot {
        case .client: world.append(name: order.client, to: &out)
        case .job: world.append(title: order.title, of: order.field, level: order.level, to: &out)
        default: break
        }
    }

    private static let article = Array("a".utf8)[...]
    private static let weekdays = DemoWords("Monday|Tuesday|Wednesday|Thursday|Friday")
    private static let smallNumbers = DemoWords("two|three|four|five|six|seven|eight|nine")
}
