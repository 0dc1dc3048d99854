extension DemoField {
    static let service = DemoField(
        "Sales and customer service",
        weight: 4,
        wage: 40_000,
        titles:
            "Customer Service Agent|Account Manager|Sales Representative|Call Centre Team Leader|Inside Sales Specialist",
        companies: "Retail|Trading|Telecom|Insurance|Direct",
        studies: "Business Administration|Communication|Modern Languages|Retail Management|Tourism",
        certificates: """
            Customer Experience Professional|Certified Sales Manager|Call centre coach|Negotiation certificate|
            HubSpot Inbound Sales|Telesales trainer
            """,
        work: """
            Answered {tens} calls a day and still said good morning as if it were the first.
            Kept {percent} percent of the customers who had called to cancel.
            Reached {percent} percent above target in {year}.
            Wrote answers to the {tens} most frequent questions; a third of the calls went away.
            Visited {tens} customers a month between {place} and the coast.
            Led a team of {team} through a recall of {thousands} devices.
            Handled complaints that had already been to a newspaper.
            Earned the best rating of the site in {few} quarters running.
            """,
        projects: """
            Opened the second service centre of {employer} in {place} with {tens} new colleagues.
            Built the partner programme that brings {percent} percent of the sales today.
            Introduced call-backs instead of queues; satisfaction rose by {percent} percent.
            Won a tender of {money} against {few} larger competitors.
            """,
        skills: """
            Key account management
            + Key account management for {few} retail chains, worth {money} a year.
            + Key account management at {employer}: knew the birthdays and the margins.
            + Won back {few} lost customers in key account management.
            - Has supported key account management with slides.
            Telephone sales
            + Telephone sales: {tens} conversations a day and no script by the second week.
            + Trained {tens} colleagues in telephone sales at {employer}.
            + Telephone sales of machine parts to people who know their machines.
            - Has tried telephone sales for a summer.
            Complaint handling
            + Complaint handling: {hundreds} cases a month, most of them closed in {few} days.
            + Wrote the rules of complaint handling for {employer}, on one page.
            + Complaint handling for an airline, in {few} languages and all weathers.
            - Has forwarded complaints to others.
            Zendesk
            + Ran Zendesk for {tens} agents, with views that show what is burning.
            + Moved {thousands} old tickets into Zendesk when {employer} changed systems.
            + Built macros in Zendesk that answer {percent} percent of the mail.
            - Has used Zendesk for a week.
            Salesforce
            + Works in Salesforce all day and keeps the pipeline honest.
            + Set up {tens} reports in Salesforce for the sales team of {employer}.
            + Trained new sellers in Salesforce in {few} countries.
            - Has seen Salesforce in an interview.
            Negotiation
            + Negotiation of annual contracts with {tens} suppliers and buyers.
            + Led the negotiation with a chain in {place} that ended in a deal over {money}.
            + Teaches negotiation at {employer}: prepare, ask, be silent.
            - Has read a book on negotiation.
            Team leadership
            + Team leadership for {team} agents in two shifts.
            + Team leadership at {employer} through a merger; two of {team} left, the rest stayed for years.
            + Learnt team leadership by listening in on {hundreds} calls and giving feedback the same day.
            - Has stood in for the team leadership during holidays.
            Cash handling
            + Cash handling: tills that balanced on {hundreds} evenings.
            + Responsible for cash handling in {few} shops of {employer}.
            + Trained {tens} colleagues in cash handling and false notes.
            - Has helped out at a till.
            E-commerce
            + E-commerce: ran a shop with {thousands} orders a month and two people.
            + Took {employer} into e-commerce in {months} months.
            + E-commerce on {few} marketplaces, with prices that change at night.
            - Has sold a bicycle by e-commerce.
            Merchandising
            + Merchandising in {tens} shops a month, with photographs before and after.
            + Raised sales of seasonal goods by {percent} percent through merchandising.
            + Planned merchandising for {employer} in {few} countries.
            - Has filled shelves under the eye of merchandising.
            """
    )
}
