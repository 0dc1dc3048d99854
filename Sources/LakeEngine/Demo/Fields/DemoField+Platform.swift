extension DemoField {
    static let platform = DemoField(
        "Cloud and platform",
        weight: 5,
        wage: 68_000,
        titles: "Platform Engineer|DevOps Engineer|Site Reliability Engineer|Cloud Engineer|Infrastructure Architect",
        companies: "Systems|Cloud|Networks|Hosting|Infrastructure",
        studies: "Computer Science|Information Systems|Electrical Engineering|Applied Mathematics|Telecommunications",
        certificates: """
            Certified Kubernetes Administrator|AWS Solutions Architect Associate|Google Professional Cloud Architect|
            HashiCorp Terraform Associate|Azure Administrator Associate|Red Hat Certified Engineer
            """,
        work: """
            Was on call one week in {few} and wrote the runbooks that the others on the rota still use.
            Cut the monthly cloud bill of {employer} by {percent} percent, mostly by deleting what nobody used.
            Brought the time from merge to production down to {tens} minutes.
            Led the review after an outage of {few} hours and saw every one of its actions through.
            Kept {hundreds} virtual machines patched and retired {tens} of them.
            Taught {team} developers to read dashboards before they ask for bigger machines.
            Wrote service level objectives with {few} product teams and made the error budget a habit.
            Tested the disaster recovery plan twice a year and once for real.
            """,
        projects: """
            The project people still talk about is the move of {hundreds} services out of a data centre in {place} within {months} months.
            A favourite project was a self-service portal from which {tens} teams now create their own environments.
            In {year} rebuilt the network of {employer} in a weekend window, with a rollback plan that was not needed.
            As a side project maintains an open-source tool that checks certificates before they expire.
            """,
        skills: """
            Kubernetes
            + Ran Kubernetes in production at {employer}: {few} clusters, {hundreds} services and an on-call rota of {team}.
            + Operated production Kubernetes clusters for {hundreds} services and upgraded them {few} times without downtime.
            + Moved {tens} services from virtual machines to Kubernetes in production within {months} months.
            + Wrote a Kubernetes operator that provisions databases for {tens} product teams.
            - Took a Kubernetes course in {year} and keeps a small cluster at home, but has not run it in production.
            - Has read a lot about Kubernetes and would like to use it at work one day.
            Terraform
            + Described all of the infrastructure of {employer} in Terraform, about {thousands} resources in {tens} modules.
            + Introduced Terraform with reviewed plans, so that nobody changes the network by hand any more.
            + Split one large Terraform state into {tens} small ones and cut the time of a plan by {percent} percent.
            - Followed a Terraform workshop of {few} days and has used it in small exercises only.
            AWS
            + Built the AWS landing zone of {employer} with {tens} accounts and one audit trail.
            + Ran {hundreds} workloads on AWS, from queues and functions to managed databases.
            + Moved {employer} from a leased data centre in {place} to AWS in {months} months.
            - Knows AWS from a beginners' course and a small website of a friend.
            Azure
            + Set up single sign-on and {tens} subscriptions in Azure for {employer}.
            + Looked after {hundreds} virtual machines and the virtual networks of {employer} in Azure.
            + Replaced a file server in {place} by Azure storage with private endpoints.
            - Passed a fundamentals exam on Azure in {year} without having used it at work.
            Prometheus
            + Collected {thousands} time series a second with Prometheus and threw away the alerts nobody acted on.
            + Built monitoring on Prometheus and Grafana that found {percent} percent of incidents before a customer did.
            + Wrote Prometheus exporters for {few} old systems that had never been measured.
            - Has seen Prometheus dashboards, but never set them up.
            Linux
            + Administered {hundreds} Linux servers and automated their patching down to one evening a month.
            + Tuned the Linux kernel settings of busy proxies and halved their latency.
            + Has used Linux every day for {years} years, from embedded boards to database servers with a terabyte of memory.
            - Installed Linux on an old laptop out of curiosity.
            Ansible
            + Wrote Ansible roles that set up a server in {tens} minutes instead of {few} days.
            + Used Ansible to roll out security fixes to {hundreds} hosts in one night.
            + Replaced {tens} shell scripts by Ansible playbooks with tests.
            - Read an introduction to Ansible and tried two playbooks.
            Go
            + Wrote internal tools in Go, among them a deployment service with {thousands} runs a month.
            + Built a proxy in Go that handles {thousands} requests a second on {few} small machines.
            + Rewrote a slow batch job in Go and brought it from hours down to {tens} minutes.
            - Is learning Go in the evenings.
            GitHub Actions
            + Moved {tens} repositories to GitHub Actions and cut the build time by {percent} percent.
            + Built reusable GitHub Actions workflows that {tens} teams share.
            + Runs GitHub Actions on own runners, with short-lived credentials and no secrets in the repository.
            - Has only clicked through GitHub Actions set up by others.
            PostgreSQL operations
            + Looked after {tens} databases as the person for PostgreSQL operations, with a failover drill every quarter.
            + In PostgreSQL operations, moved a database of {few} terabytes to a new version with {few} minutes of downtime.
            + Set up backups and point-in-time recovery as part of PostgreSQL operations at {employer}.
            - Has watched colleagues do PostgreSQL operations and restored a backup once.
            """
    )
}
