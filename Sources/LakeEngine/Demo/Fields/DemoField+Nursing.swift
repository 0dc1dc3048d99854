extension DemoField {
    static let nursing = DemoField(
        "Nursing and care",
        weight: 5,
        wage: 44_000,
        titles:
            "Registered Nurse|Intensive Care Nurse|Paediatric Nurse|Theatre Nurse|Care Assistant|Midwife|Physiotherapist",
        companies: "Hospital|Care|Clinic|Health|Nursing Homes",
        studies: "Nursing Science|Health Care|Midwifery|Physiotherapy|Public Health",
        certificates: """
            Advanced Life Support|Paediatric Life Support|Specialist Nurse in Intensive Care|Wound Expert|
            Practice Educator in Nursing|Manual Handling Instructor|Palliative Care Diploma
            """,
        work: """
            Worked nights, weekends and the shifts in between on a ward with {tens} beds.
            Handed over {tens} patients at every change of shift and wrote it down as well.
            Looked after up to {few} patients at a time and called for help early.
            Taught {tens} students at the bedside, most of whom stayed in the profession.
            Calmed relatives in the small hours when nobody else had the time.
            Cut medication errors on the ward by {percent} percent with a second pair of eyes.
            Covered for two sick colleagues during the winter of {year}.
            Was the voice of the night shift in the staff council.
            """,
        projects: """
            Set up a falls register at {employer}; falls went down by {percent} percent within {months} months.
            Helped to open a ward with {tens} beds in {place} in {few} weeks.
            Wrote the handover sheet that {few} hospitals now use.
            Spent {months} months with a medical charity after an earthquake.
            """,
        skills: """
            Intensive care
            + Worked in intensive care for {few} years, with ventilated patients in every shift.
            + Intensive care at {employer}: {tens} beds, {few} of them for patients on dialysis.
            + Led the morning shift in intensive care, with a team of {team}.
            - Spent {few} weeks in intensive care as a student.
            Ventilation
            + Weaned patients off long-term ventilation and saw most of them walk out.
            + Trained colleagues in {few} modes of ventilation at {employer}.
            + Managed home ventilation for {few} children and their families.
            - Has watched ventilation being set up.
            Wound care
            + Wound care: ran a clinic with {tens} patients a week and photographs of every change.
            + Brought pressure sores at {employer} down by {percent} percent through better wound care.
            + Is the person the whole ward asks about wound care.
            - Has changed simple dressings.
            Palliative care
            + Palliative care: stayed with dying patients and their families, at home and on the ward.
            + Built a palliative care team of {team} at {employer}.
            + Has worked {few} years in palliative care and still finds it the most honest work there is.
            - Has read about palliative care and respects it.
            Paediatrics
            + Worked in paediatrics for {few} years, from newborns to teenagers.
            + Paediatrics at {employer}: infusions, inhalations and a great many plasters with animals.
            + Ran the diabetes school for children in paediatrics, {few} families at a time.
            - Has done a short placement in paediatrics.
            Emergency department
            + Triaged {tens} patients a shift in the emergency department.
            + Emergency department at {employer}: {thousands} patients a year, no two days alike.
            + Led the resuscitation training for the emergency department.
            - Has covered one weekend in the emergency department.
            Dementia care
            + Dementia care: a unit with {tens} residents, a garden and no locked doors.
            + Trained {tens} colleagues in dementia care and wrote biographies of all residents.
            + Dementia care at home: supported {tens} families over {few} years.
            - Knows dementia care from the family.
            Operating theatre
            + Scrubbed for {hundreds} operations a year in the operating theatre, mostly orthopaedics.
            + Ran the stock of the operating theatre at {employer} and never missed an implant.
            + Worked in the operating theatre for {few} years, including robotic surgery.
            - Has cleaned instruments for the operating theatre.
            Rehabilitation
            + Rehabilitation after strokes: got {tens} people a year back on their feet.
            + Planned rehabilitation with doctors, families and employers at {employer}.
            + Worked in outpatient rehabilitation with {tens} patients a week.
            - Has helped a relative through rehabilitation.
            Electronic patient records
            + Introduced electronic patient records on {few} wards and sat beside everyone who was afraid of them.
            + Key user for electronic patient records at {employer} with {hundreds} colleagues.
            + Cut the time spent on electronic patient records by {percent} percent by removing forms.
            - Has typed into electronic patient records.
            """
    )
}
