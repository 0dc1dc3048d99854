import Testing

@testable import LakeEngine

@Suite struct DemoResumeTests {
    @Test func everyResumeIsDifferentAndOfReadableLength() async throws {
        let resumes = try await DemoFiles.small.value.resumes
        #expect(Set(resumes.map(\.text)).count == resumes.count)
        for resume in resumes {
            let words = resume.text.split { $0 == " " || $0 == "\n" }.count
            #expect((120...350).contains(words), "\(resume.candidateID) has \(words) words")
        }
    }

    @Test func resumesAgreeWithTheirCandidates() async throws {
        let demo = try await DemoFiles.small.value
        for (resume, candidate) in zip(demo.resumes, demo.rows(.candidates)) {
            #expect(resume.candidateID == candidate["candidate_id"])
            #expect(resume.name == candidate["name"])
            #expect(resume.title == candidate["title"])
            #expect(resume.city == candidate["city"])
            #expect(String(resume.years) == candidate["years_experience"])
            #expect(resume.skills.joined(separator: "|") == candidate["skills"])
            #expect(try #require(candidate["registered_at"]).prefix(10) <= resume.updatedOn)
            #expect(resume.updatedOn <= "2026-06-28")
        }
    }

    @Test func theTextTellsTheNameTheSkillsAndTheLanguages() async throws {
        let demo = try await DemoFiles.small.value
        for (resume, candidate) in zip(demo.resumes, demo.rows(.candidates)) {
            #expect(resume.text.contains(resume.name))
            #expect((3...7).contains(resume.skills.count))
            let text = resume.text.lowercased()
            for skill in resume.skills { #expect(text.contains(skill.lowercased()), "\(resume.candidateID): \(skill)") }
            for language in try #require(candidate["languages"]).split(separator: ", ") {
                let name = try #require(language.split(separator: " ").first)
                #expect(resume.text.contains(name), "\(resume.candidateID): \(name)")
            }
        }
    }

    @Test func noSlotIsLeftOpen() async throws {
        let demo = try await DemoFiles.small.value
        var prose = demo.resumes.map(\.text)
        prose += demo.values(.jobOrders, "description") + demo.values(.callLog, "notes")
        prose += demo.values(.emailLog, "subject") + demo.values(.emailLog, "body")
        prose += demo.values(.placements, "notes") + demo.values(.timesheets, "note") + demo.values(.clients, "notes")
        for text in prose {
            #expect(!text.contains("{") && !text.contains("}"), "\(text)")
            // A slot that nothing fills leaves two blanks, or one before a full stop; one client's name starts with blanks.
            #expect(!text.replacing("  Leading", with: "Leading").contains("  ") && !text.contains(" ."), "\(text)")
        }
    }

    @Test func questionsHaveAnswersAndNearMisses() async throws {
        let resumes = try await DemoFiles.small.value.resumes
        let kubernetes = resumes.filter { $0.text.contains("Kubernetes") }
        #expect(kubernetes.filter { $0.skills.contains("Kubernetes") }.count >= 20)
        #expect(kubernetes.contains { $0.text.contains("has not run it in production") })
        let both = resumes.filter { resume in
            resume.text.contains("Portuguese") && resume.skills.contains { $0.hasPrefix("SAP") }
        }
        #expect((5...100).contains(both.count))
        // All in one sentence, for an answer that quotes.
        #expect(both.contains { $0.text.firstMatch(of: /SAP[^.]*Portuguese|Portuguese[^.]*SAP/) != nil })
    }

    @Test func fieldsAreComplete() {
        #expect(DemoField.slots.count == 64)
        for field in DemoField.all {
            let name = String(decoding: field.name, as: UTF8.self)
            #expect(field.skills.count >= 8 && field.skills.count < 256, "\(name)")
            #expect(field.companies.count == 5, "\(name)")
            #expect(field.titles.count == field.articles.count, "\(name)")
            for skill in 0..<field.skills.count {
                let label = "\(name): \(field.skills.string(skill))"
                #expect(field.practice[skill].count >= 3, "\(label)")
                #expect(field.lessons[skill].count >= 1, "\(label)")
            }
        }
    }

    @Test func datesCountDaysLikeTheCalendar() {
        #expect(DemoDate(year: 1970, month: 1, day: 1).days == 0)
        #expect(DemoDate(year: 2000, month: 3, day: 1).days == 11_017)
        #expect(DemoDate.last.weekday == 6)
        #expect(DemoDate.first.weekday == 0)
        for days in stride(from: -30_000, to: 60_000, by: 17) {
            let (year, month, day) = DemoDate(days: days).civil
            #expect(DemoDate(year: year, month: month, day: day).days == days)
        }
    }
}
