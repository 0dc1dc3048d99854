extension DemoField {
    static let backend = DemoField(
        "Software development",
        weight: 5,
        wage: 64_000,
        titles:
            "Backend Developer|Software Engineer|Java Developer|API Engineer|Integration Developer|Software Architect",
        companies: "Software|Labs|Digital|Technologies|Code",
        studies: "Computer Science|Software Engineering|Mathematics|Physics|Business Informatics",
        certificates: """
            Oracle Certified Java Programmer|Professional Scrum Developer|AWS Developer Associate|
            iSAQB Foundation Level|
            Certified Secure Software Lifecycle Professional|MongoDB Associate Developer
            """,
        work: """
            Reviewed code every day and answered most reviews within {few} hours.
            Brought test coverage of the billing module from {percent} to 90 percent before touching a line of it.
            Mentored {few} junior developers, two of whom now lead teams of their own.
            Removed {thousands} lines of dead code in {year} and broke nothing.
            Worked with {few} product managers on what not to build.
            Handled {thousands} orders an hour in the week before Christmas without an incident.
            Documented {tens} interfaces so that partners could connect without a call.
            Was one of {team} engineers who shared the pager for the payment service.
            """,
        projects: """
            Proud of the booking engine for {place}'s ferries, which sold {thousands} tickets on its first day.
            Led a rewrite of the invoicing system of {employer} in {months} months, one customer at a time.
            Spent a year on a public transport planner that {thousands} people use every day.
            Built a small accounting service for a charity and still maintains it at weekends.
            """,
        skills: """
            Java
            + Has written Java for {years} years, most of it for services that must not lose a payment.
            + Maintained a Java code base of {hundreds} thousand lines and moved it through {few} major versions.
            + Built {tens} microservices in Java for {employer}, each with its own database.
            - Learnt some Java at university and has not used it since.
            Python
            + Wrote Python services that read {thousands} documents a day and sort them.
            + Used Python for everything from quick scripts to a pricing service with {thousands} calls an hour.
            + Brought type checks to a large Python code base and found {tens} bugs on the way.
            - Has automated a few spreadsheets with Python.
            Swift
            + Wrote the server of a delivery app in Swift, with {thousands} requests a minute on two machines.
            + Shares one Swift library between the app and the back end of {employer}.
            + Ported a message broker client to Swift concurrency and removed {tens} data races.
            - Made one small app in Swift for the children's school.
            Rust
            + Rewrote the matching engine of {employer} in Rust and cut its memory by {percent} percent.
            + Uses Rust where latency counts, such as a gateway that answers in under a millisecond.
            + Maintains {few} Rust libraries that other companies build on.
            - Is working through a book on Rust.
            C#
            + Built the claims portal of an insurer in C# with a team of {team}.
            + Maintained C# services that control {tens} production lines in {place}.
            + Moved a C# desktop program with {hundreds} users to the web step by step.
            - Knows C# only from a game built with friends.
            SQL
            + Wrote the SQL behind {tens} reports and made the slowest of them a hundred times faster.
            + Designs schemas in SQL first and lets the code follow.
            + Found and fixed the missing indexes that kept {employer} waiting, with nothing but SQL and patience.
            - Can read simple SQL queries.
            Kafka
            + Ran event streams on Kafka with {thousands} messages a second between {tens} services.
            + Replaced nightly file transfers at {employer} by Kafka topics with a schema.
            + Recovered {few} days of lost orders from a Kafka log after a faulty release.
            - Attended a talk on Kafka in {year}.
            REST APIs
            + Designed REST APIs that {tens} partners of {employer} use without asking questions.
            + Kept {few} versions of public REST APIs alive and switched the oldest off on the announced day.
            + Wrote the contract tests for the REST APIs between {few} companies.
            - Has called REST APIs from a spreadsheet.
            Spring Boot
            + Built {tens} services with Spring Boot and wrote the template that new ones start from.
            + Upgraded {tens} Spring Boot applications in {months} months while features went on shipping.
            + Cut the start-up time of Spring Boot services by {percent} percent.
            - Followed a Spring Boot tutorial to the end.
            Domain-driven design
            + Used domain-driven design to split the monolith of {employer} along lines the business understands.
            + Ran {tens} workshops on domain-driven design, with clerks and developers at one table.
            + Domain-driven design at {employer}: drew the context map that {few} teams still work by.
            - Owns a well-thumbed book on domain-driven design.
            """
    )
}
