extension DemoField {
    static let laboratory = DemoField(
        "Laboratory and quality",
        weight: 2,
        wage: 53_000,
        titles:
            "Laboratory Technician|Quality Manager|Chemist|Clinical Research Associate|Biologist|Regulatory Affairs Officer",
        companies: "Pharma|Biotech|Diagnostics|Chemicals|Research",
        studies: "Chemistry|Biology|Biotechnology|Pharmacy|Food Science",
        certificates: """
            Good Clinical Practice|ISO 9001 Lead Auditor|Six Sigma Green Belt|GMP certificate|
            Radiation protection course
            """,
        work: """
            Measured {hundreds} samples a week and trusted none of them without a control.
            Wrote {tens} standard procedures that fit on two pages each.
            Passed {few} inspections without a major finding.
            Kept the freezers of {employer} within two degrees through a power cut.
            Cut the turnaround of a test from {few} days to one.
            Trained {tens} colleagues at the bench.
            Found the reason for {few} failed batches in a gasket.
            Worked with hospitals in {few} countries.
            """,
        projects: """
            Moved a laboratory with {tens} instruments from one end of {place} to the other in {few} weeks.
            Brought a blood test from the first idea to {thousands} tests a month.
            Monitored a study with {hundreds} patients on {tens} sites.
            Published {few} papers, two of them with negative results.
            """,
        skills: """
            HPLC
            + HPLC every day: {hundreds} runs a month and columns that last.
            + Developed and validated {tens} HPLC methods at {employer}.
            + Repairs HPLC pumps without waiting for the service.
            - Has run HPLC once in a practical course.
            PCR
            + PCR: {thousands} tests a week at the height of an epidemic.
            + Set up PCR at {employer}, in {few} rooms with doors that close.
            + Designed primers and validated PCR tests for {tens} plant diseases.
            - Has learnt PCR in theory.
            GMP
            + Worked under GMP for {few} years, with signatures that mean something.
            + Prepared {employer} for its first GMP inspection.
            + Trained {tens} operators in GMP with examples from their own shift.
            - Has done an online course on GMP.
            ISO 9001
            + Led {employer} to ISO 9001 in {months} months.
            + Audited {tens} suppliers against ISO 9001 in {few} countries.
            + Thinned out the ISO 9001 handbook by {percent} percent, to the relief of all.
            - Has been interviewed in an ISO 9001 audit.
            Clinical trials
            + Clinical trials in {few} countries: start-up, monitoring and closing of {tens} sites.
            + Ran clinical trials at {employer} with {hundreds} patients.
            + Found missing consents in time and so saved one of {few} clinical trials.
            - Has been a volunteer in clinical trials.
            Cell culture
            + Cell culture of lines that die when you look away; these did not.
            + Kept {tens} lines going in cell culture at {employer}.
            + Scaled up cell culture from bottles to {hundreds} litres.
            - Has watched cell culture in a laboratory.
            Six Sigma
            + Six Sigma: cut scrap by {percent} percent on {few} lines.
            + Led {tens} Six Sigma projects at {employer} and stopped {few} that made no sense.
            + Teaches Six Sigma with coins and paper planes.
            - Holds a white belt in Six Sigma.
            Regulatory affairs
            + Regulatory affairs: {tens} submissions in {few} countries, all accepted.
            + Head of regulatory affairs for devices at {employer}.
            + Answers questions in regulatory affairs within the deadline and in one voice.
            - Has collected papers for regulatory affairs.
            Mass spectrometry
            + Mass spectrometry of residues in food, down to parts in a trillion.
            + Looked after {few} instruments for mass spectrometry at {employer}.
            + Wrote the evaluation scripts for mass spectrometry that {team} colleagues use.
            - Has seen mass spectrometry on a tour.
            Calibration
            + Calibration of {hundreds} instruments a year, each with a certificate.
            + Set up calibration at {employer} with a calendar nobody can ignore.
            + Calibration of scales on {few} sites around {place}.
            - Has helped with the calibration of a scale.
            """
    )
}
