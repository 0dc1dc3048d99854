extension DemoField {
    static let legal = DemoField(
        "Legal and administration",
        weight: 3,
        wage: 50_000,
        titles: "Legal Counsel|Paralegal|Compliance Officer|Executive Assistant|Data Protection Officer|Office Manager",
        companies: "Law|Notaries|Chambers|Compliance|Office",
        studies: "Law|Business Law|European Studies|Public Administration|Office Management",
        certificates: """
            Certified Information Privacy Professional|Compliance officer certificate|Bar admission|
            Chartered secretary|Mediation certificate
            """,
        work: """
            Read {hundreds} contracts a year, to the last annex.
            Kept the diary of {few} directors in {few} time zones.
            Wrote minutes that nobody asked to change.
            Answered the regulator in {place} within every deadline.
            Cut outside legal costs by {percent} percent.
            Prepared {tens} board meetings, including the one by candlelight.
            Kept {thousands} files so that others find them too.
            Trained {hundreds} colleagues in what they may promise.
            """,
        projects: """
            Negotiated the lease of {employer}'s new head office in {place} over {months} months.
            Set up a whistle-blower line that people trust.
            Digitised an archive with {thousands} files and shredded nothing that was needed.
            Wrote a contract library that answers {percent} percent of the questions.
            """,
        skills: """
            Contract law
            + Contract law: drafted and negotiated {hundreds} supply agreements.
            + Advised the buyers of {employer} on contract law every day.
            + Teaches contract law to engineers, in ninety minutes, with coffee.
            - Has attended lectures on contract law.
            GDPR
            + Brought {employer} in line with the GDPR: {hundreds} processes, one register.
            + Answered {tens} requests under the GDPR a month, within the time limit.
            + Led the GDPR training of {thousands} employees in {few} languages.
            - Has signed a form about the GDPR.
            Compliance
            + Compliance: checked {hundreds} business partners a year and refused {few}.
            + Built compliance at {employer} after a fine of {money}.
            + Compliance training with real cases, in {few} countries.
            - Has clicked through compliance slides.
            Litigation
            + Litigation in {tens} cases, most of them settled before the hearing.
            + Ran the litigation of {employer} with {few} outside firms.
            + Won a litigation over {money} in {place} after {few} years.
            - Has copied files for litigation.
            Company secretarial work
            + Company secretarial work for {tens} entities, with registers that are right.
            + Company secretarial work at {employer}: {few} mergers and a change of name.
            + Took company secretarial work off paper in {months} months.
            - Has taken minutes as company secretarial work.
            Travel planning
            + Travel planning for {few} directors, with a plan B for every connection.
            + Cut the cost of travel at {employer} by {percent} percent through travel planning.
            + Travel planning for a delegation of {tens} to {place}.
            - Plans the family's holidays.
            Public procurement
            + Public procurement: ran {tens} tenders without a successful objection.
            + Bid in public procurement for {employer} and won {money}.
            + Explains public procurement to start-ups.
            - Has read one tender.
            Data protection
            + Data protection officer for {few} hospitals: data protection that helps instead of forbidding.
            + Wrote {tens} impact assessments in data protection at {employer}.
            + Set the retention periods in data protection and saw that things were deleted.
            - Has heard a talk on data protection.
            Office organisation
            + Office organisation for {hundreds} people, from keys to plants.
            + Moved {employer} within {place} in {few} days: office organisation at its best.
            + Office organisation with shared desks that people do not hate.
            - Has ordered paper for the office.
            Legal research
            + Legal research in {few} legal systems, with answers on one page.
            + Did legal research for {tens} opinions of {employer}.
            + Legal research on supply chain law before it was fashionable.
            - Has done legal research for a thesis.
            """
    )
}
