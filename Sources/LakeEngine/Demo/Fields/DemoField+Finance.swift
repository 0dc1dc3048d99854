extension DemoField {
    static let finance = DemoField(
        "Finance and accounting",
        weight: 5,
        wage: 52_000,
        titles: "Accountant|Financial Controller|Payroll Specialist|Tax Adviser|Internal Auditor|Credit Analyst",
        companies: "Finance|Capital|Accounting|Treasury|Bank",
        studies: "Business Administration|Accounting and Finance|Economics|Business Law|Banking",
        certificates: """
            ACCA member|Certified Management Accountant|Certified Internal Auditor|CFA Level II|
            Diploma in Payroll Management|Certified Treasury Professional
            """,
        work: """
            Closed the books of {few} companies by the fifth working day, every month.
            Found {money} of double payments in the files of one supplier.
            Prepared the annual audit, after which the auditors had no further questions.
            Cut the days sales outstanding at {employer} by {percent} percent.
            Wrote the cash forecast that carried {employer} through a difficult winter.
            Explained the figures to shop managers without a single abbreviation.
            Looked after {hundreds} supplier accounts and knew most of the suppliers by voice.
            Took over the books of a company in {place} that had none for {months} months.
            """,
        projects: """
            Introduced electronic invoices in {few} countries within {months} months.
            Built up the shared service centre in {place} from {few} to {tens} people.
            Prepared the sale of a subsidiary worth {money}, including a data room with {thousands} documents.
            Replaced {tens} linked spreadsheets by one model that two people understand.
            """,
        skills: """
            IFRS
            + Prepared consolidated accounts under IFRS for {tens} entities.
            + Led the change to the lease standard of IFRS at {employer}, with {hundreds} contracts to read.
            + Reviewed IFRS packages from {few} countries every quarter.
            - Has had an introduction to IFRS at college.
            Payroll
            + Ran payroll for {thousands} employees in {few} countries without a late payment.
            + Payroll at {employer}: {thousands} payslips a month, many of them for shift workers.
            + Moved payroll in house after {few} years with a provider and saved {money} a year.
            - Has helped with payroll during one holiday season.
            SAP FI
            + Works in SAP FI every day, from postings to the month-end close of {few} companies.
            + Was the key user for SAP FI at {employer} and trained {team} colleagues.
            + Reconciled {thousands} open items in SAP FI before the migration.
            - Has looked up invoices in SAP FI.
            Excel modelling
            + Excel modelling: built the valuation that a bank in {place} lent {money} on.
            + Excel modelling for budgets of {tens} departments, with checks that catch typing errors.
            + Teaches Excel modelling to new colleagues at {employer}: inputs blue, formulas black, no surprises.
            - Has followed a course on Excel modelling.
            VAT
            + Filed VAT returns in {few} countries and won an argument with one tax office.
            + Set up the VAT codes of {employer} after it began to sell abroad.
            + Recovered {money} of foreign VAT that nobody had claimed.
            - Knows the principle of VAT.
            Internal audit
            + Internal audit: tested {hundreds} controls a year at {employer}, from the till to the treasury.
            + Found a fraud of {money} in an internal audit of travel expenses.
            + Wrote the internal audit plan for {few} plants and {tens} depots.
            - Was on the other side of the table in an internal audit.
            Treasury
            + Ran the treasury of {employer} with {tens} bank accounts and one daily picture.
            + Treasury: hedged {few} currencies and wrote down why, each time.
            + Negotiated a credit line of {money} while in charge of treasury.
            - Has prepared payment runs for the treasury.
            Cost accounting
            + Cost accounting in a factory with {hundreds} products: knew which of them earned money.
            + Rebuilt cost accounting at {employer} so that the plant managers believe it.
            + Wrote the cost accounting handbook for {few} sites.
            - Has learnt cost accounting for an exam.
            Credit control
            + Credit control: brought overdue debts down by {percent} percent in {months} months, politely.
            + Handled credit control for {hundreds} business customers of {employer}.
            + Set limits and wrote reminders in {few} languages in credit control.
            - Has written reminders from a template.
            Financial reporting
            + Financial reporting for the board of {employer}: twelve pages, on the fifth day, every month.
            + Shortened financial reporting from {tens} pages to one and was thanked for it.
            + Built financial reporting for a group with {few} currencies.
            - Has copied numbers for financial reporting.
            """
    )
}
