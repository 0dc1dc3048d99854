extension DemoField {
    static let data = DemoField(
        "Data and machine learning",
        weight: 5,
        wage: 66_000,
        titles: "Data Engineer|Data Analyst|Data Scientist|Machine Learning Engineer|Analytics Engineer|BI Developer",
        companies: "Analytics|Data|Insights|Intelligence|Metrics",
        studies: "Statistics|Mathematics|Computer Science|Econometrics|Physics|Computational Linguistics",
        certificates: """
            Databricks Data Engineer Associate|Google Professional Data Engineer|Microsoft Power BI Data Analyst|
            dbt Analytics Engineering Certification|Tableau Desktop Specialist|SAS Certified Specialist
            """,
        work: """
            Answered questions of the board with numbers that held up a year later.
            Threw away {tens} dashboards that nobody had opened for {months} months.
            Found the {few} sources of wrong addresses and had them mended where they arise.
            Wrote definitions for {tens} figures on which sales and finance had never agreed.
            Cut the nightly load from {few} hours to {tens} minutes.
            Explained confidence intervals to managers in {few} countries, with dice.
            Kept the quality checks on {hundreds} tables green and told people early when they were not.
            Sat with the dispatchers for a week before modelling anything.
            """,
        projects: """
            Built the forecast that decides how many loaves {employer} bakes in {tens} shops; waste fell by {percent} percent.
            Led the move of {hundreds} reports to a lakehouse in {months} months.
            Wrote a model that finds duplicate customers across {few} countries and spellings.
            Published a study on commuting in {place} with open data and open code.
            """,
        skills: """
            Apache Spark
            + Ran Apache Spark jobs over {few} terabytes a night and halved their cost.
            + Wrote {tens} pipelines in Apache Spark and the tests that keep them honest.
            + Rescued an Apache Spark cluster at {employer} that had spent its days shuffling.
            - Tried Apache Spark in a notebook during a course.
            dbt
            + Modelled {hundreds} tables in dbt with tests, documentation and an owner for each.
            + Introduced dbt at {employer}; analysts now open pull requests.
            + Split a dbt project of {hundreds} models among {few} teams.
            - Has read about dbt.
            Airflow
            + Scheduled {hundreds} daily jobs in Airflow and was woken up by very few of them.
            + Moved {tens} cron jobs to Airflow, with alerts that name the owner.
            + Wrote Airflow operators for the systems of {employer}.
            - Has restarted a failed Airflow task when asked to.
            Machine learning
            + Machine learning in production: a churn model at {employer} that is retrained every week and watched for drift.
            + Put {few} machine learning models into production and took two out again.
            + Machine learning for parts inspection: {percent} percent fewer false alarms on {few} lines in {place}.
            - Took part in an online competition in machine learning and came in the middle.
            PyTorch
            + Trained image models in PyTorch that sort {thousands} parcels an hour.
            + Tuned language models in PyTorch for support tickets in {few} languages.
            + Got PyTorch training at {employer} from days to hours on the same two cards.
            - Repeated a PyTorch tutorial at home.
            Snowflake
            + Ran the Snowflake warehouse of {employer} and cut its bill by {percent} percent.
            + Moved {few} terabytes to Snowflake, table by table, with checks on both sides.
            + Shared live data with {tens} partners through Snowflake.
            - Has had a trial account of Snowflake.
            Power BI
            + Built {tens} Power BI reports that the shop managers of {employer} open every morning.
            + Wrote the Power BI data model for sales in {few} countries and {few} currencies.
            + Trained {hundreds} colleagues in Power BI, in small groups.
            - Uses Power BI reports made by others.
            Statistics
            + Applied statistics to trials with {thousands} patients and signed the analysis plan.
            + Designs experiments at {employer}: statistics first, the button colour later.
            + Taught statistics to {team} analysts in a course that has run {few} times.
            - Remembers the basics of statistics from school.
            R
            + Writes analyses in R that others can rerun with one command.
            + Built a package in R for the sampling plans of {employer}.
            + Used R for the mortality tables of an insurer over {few} years.
            - Opened R once and went back to the spreadsheet.
            Data governance
            + Data governance: named an owner for each of {hundreds} tables at {employer}.
            + Wrote the rules of data governance on two pages and got {few} departments to sign them.
            + Set up a catalogue and retention periods as part of data governance.
            - Has filled in forms for data governance.
            """
    )
}
