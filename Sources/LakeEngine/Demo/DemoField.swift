/// A line of work: what its people are called, know, have done and have learnt.
struct DemoField: Sendable {
    var name: [UInt8]
    /// How many of each 64 candidates and job orders are of this field.
    var weight: Int
    /// What the middle of the field earns in Germany, in euros a year.
    var wage: Int
    var titles: DemoWords
    /// `a` or `an` before a title that stands alone.
    var articles: [[UInt8]]
    var skills: DemoWords
    /// The skills as they stand in the middle of a sentence: `wound care`, but `Linux`.
    var spokenSkills: DemoWords
    /// Of each skill: sentences of somebody who has worked with it; each names the skill.
    var practice: [DemoPhrases]
    /// Of each skill: sentences of somebody who has only met it.
    var lessons: [DemoPhrases]
    /// Sentences about the field's daily work.
    var work: DemoPhrases
    var projects: DemoPhrases
    var studies: DemoWords
    var certificates: DemoWords
    /// What names of its companies end in.
    var companies: DemoWords

    /// `skills` has a line with a skill's name, then its sentences: `+` worked with it, `-` has only met it.
    ///
    /// `anTitles` are beginnings of titles that are spoken with a vowel first although not written so.
    init(
        _ name: String,
        weight: Int,
        wage: Int,
        titles: String,
        anTitles: [String] = [],
        companies: String,
        studies: String,
        certificates: String,
        work: String,
        projects: String,
        skills: String
    ) {
        self.name = Array(name.utf8)
        self.weight = weight
        self.wage = wage
        self.titles = DemoWords(titles)
        articles = titles.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map { title in
            let spokenVowel = anTitles.contains { title.hasPrefix($0) } || "AEIO".contains(title.prefix(1))
            return Array((spokenVowel ? "an" : "a").utf8)
        }
        self.companies = DemoWords(companies)
        self.studies = DemoWords(studies)
        self.certificates = DemoWords(certificates)
        self.work = DemoPhrases(work)
        self.projects = DemoPhrases(projects)
        var names: [String] = []
        var practice: [[String]] = []
        var lessons: [[String]] = []
        for line in skills.split(separator: "\n") {
            if line.hasPrefix("+ "), !practice.isEmpty {
                practice[practice.count - 1].append(String(line.dropFirst(2)))
            } else if line.hasPrefix("- "), !lessons.isEmpty {
                lessons[lessons.count - 1].append(String(line.dropFirst(2)))
            } else {
                names.append(String(line))
                practice.append([])
                lessons.append([])
            }
        }
        self.skills = DemoWords(words: names)
        spokenSkills = DemoWords(
            words: names.map { name in
                let spoken = name.prefix(1).lowercased() + name.dropFirst()
                return name.count > 3 && skills.contains(spoken) ? spoken : name
            }
        )
        self.practice = practice.map(DemoPhrases.init(lines:))
        self.lessons = lessons.map(DemoPhrases.init(lines:))
    }

    /// Their weights add up to 64.
    static let all: [DemoField] = [
        platform, backend, interfaces, data, business, finance, nursing, logistics, trades, service, people, marketing,
        hospitality, laboratory, security, legal,
    ]

    /// Field of each of 64 slots, by weight.
    static let slots: [Int] = all.indices.flatMap { Array(repeating: $0, count: all[$0].weight) }
}
