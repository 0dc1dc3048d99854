extension DemoField {
    static let business = DemoField(
        "SAP and business systems",
        weight: 4,
        wage: 71_000,
        titles: "SAP Consultant|ERP Analyst|SAP Developer|Business Analyst|Project Manager|Salesforce Administrator",
        anTitles: ["SAP"],
        companies: "Consulting|Partners|Advisory|Solutions|Process",
        studies: "Business Informatics|Industrial Engineering|Business Administration|Logistics|Economics",
        certificates: """
            SAP Certified Associate S/4HANA Finance|SAP Certified Development Associate ABAP|PRINCE2 Practitioner|
            Project Management Professional|Certified Business Analysis Professional|Salesforce Certified Administrator
            """,
        work: """
            Ran workshops in which accountants and developers understood each other by the second day.
            Wrote {tens} test cases with the people who would later do the work.
            Stayed on site in {place} for the go-live and {few} weeks after it.
            Trained {hundreds} key users and left behind a handbook of {tens} pages.
            Closed {hundreds} open tickets in the first {months} months.
            Said no to {tens} custom extensions and yes to {few}.
            Kept a project with {team} people within time and {percent} percent under budget.
            Mapped {tens} processes before any of them was changed.
            """,
        projects: """
            Led the roll-out to {few} plants in {months} months, with the last one going live on a holiday weekend.
            Cut the month-end close of {employer} from fourteen to {few} days.
            Merged the systems of two companies after a take-over without stopping a single delivery.
            Saved a project that was {months} months late by cutting its scope in half.
            """,
        skills: """
            SAP S/4HANA
            + Migrated {employer} to SAP S/4HANA with {thousands} users and one weekend of downtime.
            + Has led {few} SAP S/4HANA projects from blueprint to go-live.
            + Cleaned {thousands} material masters before the move to SAP S/4HANA.
            - Has attended an overview day on SAP S/4HANA.
            SAP FI
            + Set up SAP FI for {few} legal entities, with bank statements that post themselves.
            + Answers for SAP FI at {employer}: general ledger, assets, payables and the questions of the auditors.
            + Introduced a new chart of accounts in SAP FI in {months} months.
            - Has posted vendor invoices in SAP FI as a temp.
            SAP EWM
            + Introduced SAP EWM in a warehouse in {place} with {thousands} bins and {tens} forklifts.
            + Tuned the picking waves in SAP EWM and raised the lines picked an hour by {percent} percent.
            + Connected conveyor controls to SAP EWM on {few} sites.
            - Has scanned goods into SAP EWM on the floor.
            ABAP
            + Wrote ABAP for {years} years, lately mostly to replace old ABAP by standard.
            + Built {tens} interfaces in ABAP between {employer} and its banks.
            + Found the ABAP loop that had cost {employer} {few} hours every night.
            - Can read an ABAP report with some effort.
            SAP HANA
            + Modelled calculation views in SAP HANA over {hundreds} million rows.
            + Sized, installed and patched {few} SAP HANA databases for {employer}.
            + Moved planning from spreadsheets into SAP HANA in {months} months.
            - Knows SAP HANA from a brochure.
            Business process modelling
            + Business process modelling: drew {tens} processes with the people who do them, and kept the drawings true.
            + Cut the approval steps of purchasing from {tens} to {few} after business process modelling with all departments.
            + Taught business process modelling to {team} colleagues at {employer}.
            - Has seen a diagram from business process modelling on a wall.
            Salesforce
            + Administered Salesforce for {hundreds} sellers in {few} countries.
            + Removed {percent} percent of the fields in Salesforce at {employer}, and nobody missed them.
            + Built the link between Salesforce and the order system of {employer}.
            - Has entered leads in Salesforce.
            Requirements engineering
            + Requirements engineering: wrote {hundreds} requirements for a tender of {money} and defended each of them.
            + Brought requirements engineering to a team that had worked from chat messages.
            + Ran requirements engineering for a ministry with {few} suppliers at the table.
            - Has heard of requirements engineering in a seminar.
            Agile coaching
            + Agile coaching: helped {few} teams at {employer} to finish what they start.
            + Did agile coaching for a bank in {place} and left when it was no longer needed.
            + Learnt in {months} months of agile coaching that most problems are about trust.
            - Was once in a team that had agile coaching.
            MS Dynamics
            + Introduced MS Dynamics at a wholesaler with {tens} branches.
            + Built reports and {few} interfaces for MS Dynamics at {employer}.
            + Supports {hundreds} users of MS Dynamics in {few} languages.
            - Has seen a demonstration of MS Dynamics.
            """
    )
}
