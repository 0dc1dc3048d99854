/// Writes résumés; everything in one agrees with the row of the candidate.
struct DemoResume {
    private var scene: DemoScene
    private let person: DemoCandidate
    /// Which of the layouts it has.
    private let layout: Int
    /// Where the walk through the field's sentences begins.
    private var next: Int
    private var wordCount = 1
    private var counted: Int

    private init(_ scene: DemoScene, _ person: DemoCandidate, start: Int) {
        self.scene = scene
        self.person = person
        counted = start
        layout = self.scene.random.below(DemoProse.headings.count)
        next = self.scene.random.below(64)
    }

    /// Appends the text, 120 to 350 words.
    static func write(_ person: DemoCandidate, of world: DemoWorld, to out: inout [UInt8]) {
        var scene = DemoScene(world: world, random: world.random(.resume, person.index), person: person)
        scene.level = person.level
        scene.place = person.city
        var resume = DemoResume(scene, person, start: out.count)
        resume.write(to: &out)
    }

    private mutating func write(to out: inout [UInt8]) {
        scene.write(DemoProse.headers, to: &out)
        out.append(UInt8(ascii: " "))
        let summary = out.count
        scene.write(DemoProse.summaries, to: &out)
        // A title may begin the sentence, article first.
        if out[summary] == UInt8(ascii: "a") { out[summary] = UInt8(ascii: "A") }
        out.append(UInt8(ascii: " "))
        scene.write(DemoProse.strengths, to: &out)
        writeJobs(to: &out)
        writeEducation(to: &out)
        writeLanguages(to: &out)
        writeExtras(to: &out)
    }

    private mutating func writeJobs(to out: inout [UInt8]) {
        heading(0, to: &out)
        let jobs = min(person.skills.count, person.years < 4 ? 1 : min(4, 2 + person.years / 9))
        var end = 2026
        for job in 0..<jobs {
            // The years are shared out from the newest job to the oldest.
            let span = max(1, person.years * (job + 1) / jobs - person.years * job / jobs)
            scene.to = job == 0 && person.index % 3 > 0 ? 0 : end
            scene.from = end - span
            end = scene.from
            scene.level = max(0, min(person.level, person.level - job + (person.years > 12 ? 1 : 0)))
            scene.employer = (
                stem: scene.random.below(DemoCompanies.stems.count),
                field: scene.random.chance(70) ? person.field : scene.random.below(DemoField.all.count),
                suffix: scene.random.below(5)
            )
            if scene.random.chance(45) {
                scene.place = scene.random.below(DemoPlaces.cities.count)
            } else {
                let cities = DemoPlaces.countries[person.country].cities
                scene.place = cities[scene.random.below(cities.count)]
            }
            if job > 0 { out.append(layout == 1 ? " " : "\n") }
            scene.write(DemoProse.jobs, to: &out)
            for skill in stride(from: job, to: person.skills.count, by: jobs) {
                out.append(UInt8(ascii: " "))
                scene.write(DemoField.all[person.field].practice[person.skills[skill]], to: &out)
            }
            addWork(to: &out)
        }
        while words(out) < 118 { addWork(to: &out) }
        if words(out) < 215, scene.random.chance(70) {
            out.append(UInt8(ascii: " "))
            scene.write(DemoField.all[person.field].projects, to: &out)
        }
    }

    private mutating func addWork(to out: inout [UInt8]) {
        let work = DemoField.all[person.field].work
        out.append(UInt8(ascii: " "))
        scene.write(work, next % work.count, to: &out)
        next += 1
    }

    private mutating func writeEducation(to out: inout [UInt8]) {
        heading(1, to: &out)
        let cities = DemoPlaces.countries[person.country].cities
        scene.school = cities[scene.random.below(cities.count)]
        let graduation = 2026 - person.years
        (scene.from, scene.to) = (graduation - 2, graduation)
        scene.write(DemoProse.education, to: &out)
        (scene.from, scene.to) = (graduation, 2026)
        if scene.random.chance(55) {
            out.append(UInt8(ascii: " "))
            scene.write(DemoProse.certificates, to: &out)
        }
        guard scene.random.chance(40) else { return }
        // Something the person has only met, so that a search has to tell it from the real thing.
        let lessons = DemoField.all[person.field].lessons
        let skill = scene.random.below(lessons.count)
        if person.skills.contains(skill) { return }
        out.append(UInt8(ascii: " "))
        scene.write(lessons[skill], to: &out)
    }

    private mutating func writeLanguages(to out: inout [UInt8]) {
        heading(2, to: &out)
        for (position, language) in person.languages.enumerated() {
            if position > 0 { out.append(UInt8(ascii: " ")) }
            scene.language = language
            scene.write(DemoProse.languages[person.levels[position]], to: &out)
        }
    }

    private mutating func writeExtras(to out: inout [UInt8]) {
        guard words(out) < 285, scene.random.chance(75) else { return }
        heading(3, to: &out)
        let first = scene.random.below(DemoProse.extras.count)
        scene.write(DemoProse.extras, first, to: &out)
        if scene.random.chance(50) {
            out.append(UInt8(ascii: " "))
            scene.write(DemoProse.extras, (first + 7) % DemoProse.extras.count, to: &out)
        }
    }

    private func heading(_ section: Int, to out: inout [UInt8]) {
        out.append("\n\n")
        out.append(DemoProse.headings[layout][section])
    }

    /// Words so far; only what is new is looked at.
    private mutating func words(_ out: [UInt8]) -> Int {
        let counted = counted
        out.withUnsafeBufferPointer { bytes in
            for byte in bytes[counted...] where byte == UInt8(ascii: " ") || byte == 10 { wordCount += 1 }
        }
        self.counted = out.count
        return wordCount
    }
}
