extension DemoField {
    static let people = DemoField(
        "Human resources",
        weight: 3,
        wage: 49_000,
        titles: "HR Business Partner|Recruiter|HR Administrator|Training Manager|Compensation Analyst",
        anTitles: ["HR"],
        companies: "People|Staffing|Talent|Academy|Training",
        studies: "Psychology|Human Resource Management|Labour Law|Education|Sociology",
        certificates: """
            CIPD Level 5|SHRM Certified Professional|Systemic coach|Trainer's licence|Mediation certificate
            """,
        work: """
            Held {hundreds} interviews a year and answered every single applicant.
            Sat between management and works council and was trusted by both.
            Brought sick leave down by {percent} percent by asking why.
            Looked after {hundreds} employees on {few} sites.
            Cut the time to fill a post from twelve to {few} weeks.
            Wrote job adverts that say what the job is.
            Accompanied the closing of a site near {place}, with a new job for {percent} percent more people than planned.
            Kept {thousands} personnel files in order through two audits.
            """,
        projects: """
            Set up an apprenticeship programme with {tens} places a year in {place}.
            Introduced flexible working hours for {hundreds} shift workers.
            Hired {tens} engineers from {few} countries within {months} months, including their families' moves.
            Built an onboarding that new people recommend to their friends.
            """,
        skills: """
            Active sourcing
            + Active sourcing of engineers in {few} countries: {tens} hires in {year}.
            + Built active sourcing at {employer}, where people had waited for letters before.
            + Active sourcing with short, honest messages; {percent} percent of them were answered.
            - Has tried active sourcing with a free account.
            Interviewing
            + Interviewing: {hundreds} structured interviews, each with notes on the same day.
            + Trained {tens} managers of {employer} in interviewing without bias.
            + Designed work samples to go with interviewing, and half the interviews could be dropped.
            - Has sat in on interviewing.
            Labour law
            + Labour law: wrote contracts and warnings that held in court.
            + Advised the managers of {employer} on labour law in {few} countries.
            + Negotiated {few} agreements with the works council on the ground of labour law.
            - Has attended a day on labour law.
            Payroll
            + Ran payroll for {hundreds} people together with one colleague.
            + Connected time recording and payroll at {employer}.
            + Took payroll through a change of provider in {months} months.
            - Has handed time sheets to payroll.
            Workday
            + Introduced Workday for {thousands} employees in {few} countries.
            + Keeps the positions and approvals of {employer} in Workday in order.
            + Trained {tens} managers in Workday.
            - Has entered holidays in Workday.
            Training design
            + Training design: {tens} courses, most of them half a day long.
            + Training design for forklift drivers and directors alike at {employer}.
            + Moved {few} courses online, with a training design that keeps people awake.
            - Has given feedback on training design.
            Coaching
            + Coaching of {tens} new managers in their first hundred days.
            + Offers coaching in {few} languages, mostly to people who lead for the first time.
            + Built a pool for coaching at {employer} with {team} colleagues.
            - Has had coaching and found it useful.
            Compensation and benefits
            + Compensation and benefits: wrote the pay bands of {employer} and published them.
            + Found and closed a pay gap of {few} percent as head of compensation and benefits.
            + Compensation and benefits for {few} countries and their very different pensions.
            - Has compared salaries for compensation and benefits.
            Employer branding
            + Employer branding with real colleagues instead of models; applications rose by {percent} percent.
            + Ran employer branding for {employer} on a budget of {money}.
            + Employer branding at {tens} schools around {place}.
            - Has posted photographs for employer branding.
            Onboarding
            + Onboarding: a first week with a plan, a mentor and a working laptop.
            + Cut early leavers at {employer} by {percent} percent through better onboarding.
            + Onboarding of {hundreds} people a year on {few} sites.
            - Has welcomed interns as part of onboarding.
            """
    )
}
