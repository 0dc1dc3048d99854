extension DemoField {
    static let security = DemoField(
        "IT support and security",
        weight: 3,
        wage: 55_000,
        titles: "Security Analyst|Network Engineer|IT Support Technician|Systems Administrator|Penetration Tester",
        companies: "Security|Defence|Support|IT Services|Connect",
        studies: "Information Security|Computer Science|Network Engineering|Applied Informatics",
        certificates: """
            CISSP|CompTIA Security+|Cisco CCNA|Offensive Security Certified Professional|ISO 27001 Lead Implementer|
            ITIL 4 Foundation
            """,
        work: """
            Closed {tens} tickets a day and explained the solution each time.
            Found {few} accounts of people who had left years ago.
            Wrote the plan for bad days, and drilled it with the board.
            Replaced {hundreds} computers in {place} over {few} weekends.
            Brought the share of people who click on false mail down by {percent} percent.
            Was on site in {tens} minutes when the till system of {employer} stopped.
            Read log files until they told a story.
            Kept the network of {few} sites up through a flood.
            """,
        projects: """
            Led the answer to a ransom attack: {employer} was working again after {few} days and paid nothing.
            Rolled out keys instead of passwords for {thousands} people.
            Rebuilt the wireless network of a harbour in {place}, cranes included.
            Found a hole in a parking system, reported it and waited until it was closed.
            """,
        skills: """
            Penetration testing
            + Penetration testing of {tens} web applications a year, with reports people can act on.
            + Penetration testing at {employer}: got into the building with a cake.
            + Taught developers penetration testing of their own services.
            - Has solved beginners' puzzles in penetration testing.
            ISO 27001
            + Led {employer} to ISO 27001 in {months} months with a team of {few}.
            + Runs the ISO 27001 audits of {few} sites.
            + Wrote ISO 27001 policies short enough to be read.
            - Knows ISO 27001 from a webinar.
            Active Directory
            + Cleaned up an Active Directory that had grown for {few} years too long.
            + Ran Active Directory for {thousands} accounts at {employer}.
            + Merged {few} Active Directory forests over a weekend.
            - Has reset passwords in Active Directory.
            Cisco networks
            + Cisco networks on {tens} sites: planned, cabled, configured and drawn.
            + Ran the Cisco networks of {employer} with two people.
            + Replaced the core of Cisco networks in {place} at night, in {few} hours.
            - Has learnt about Cisco networks at school.
            Incident response
            + Incident response: led {tens} cases, from lost telephones to a ransom attack.
            + Built incident response at {employer} with a duty rota and a red folder.
            + Trained {few} hospitals in incident response.
            - Has read reports on incident response.
            Splunk
            + Wrote {tens} detections in Splunk and deleted those that cried wolf.
            + Ran Splunk with {few} terabytes a week at {employer}.
            + Found an intruder with one Splunk query and a hunch.
            - Has looked at Splunk over somebody's shoulder.
            Firewalls
            + Firewalls: reduced {thousands} rules to {hundreds}, each with an owner.
            + Looked after the firewalls of {few} data centres.
            + Replaced the firewalls of {employer} without a dropped call.
            - Has set up firewalls at home.
            Windows Server
            + Windows Server on {hundreds} machines, patched on the second Tuesday.
            + Moved {tens} old Windows Server hosts of {employer} to new ones.
            + Automated Windows Server set-ups with scripts that others can read.
            - Has clicked through Windows Server menus.
            Service desk
            + Service desk for {thousands} people in {few} languages.
            + Led the service desk of {employer} with {team} colleagues; {percent} percent solved in the first call.
            + Turned the service desk from a mailbox into a place people like to call.
            - Has called the service desk often.
            Identity management
            + Identity management: joiners, movers and leavers of {employer} within one hour.
            + Introduced identity management for {thousands} accounts in {months} months.
            + Brought {tens} applications under one identity management.
            - Has requested rights through identity management.
            """
    )
}
