extension DemoField {
    static let trades = DemoField(
        "Skilled trades and engineering",
        weight: 5,
        wage: 45_000,
        titles:
            "Electrician|Welder|CNC Machinist|Maintenance Technician|Plumber|Mechanical Engineer|Automation Engineer",
        companies: "Engineering|Works|Machines|Steel|Electric",
        studies: "Mechanical Engineering|Electrical Engineering|Mechatronics|Automation|Metalworking",
        certificates: """
            Master craftsman's certificate|Welding certificate ISO 9606|18th Edition Wiring Regulations|
            Working at height|TIA Portal certificate|F-gas handling certificate|Crane operator's licence
            """,
        work: """
            Kept {tens} machines running with a stock of spare parts that fits into one cupboard.
            Reduced unplanned stops on line {few} by {percent} percent.
            Answered the night telephone for {few} years and drove out when it rang.
            Trained {few} apprentices, all of whom passed.
            Measured first and cut once, in a shop with {team} people.
            Worked to drawings in {few} languages and found the mistakes in them.
            Kept the workshop in {place} free of accidents for {tens} months.
            Handed over every job clean and with a signed protocol.
            """,
        projects: """
            Rebuilt a press from 1974 with new controls in {few} weeks, while the line next to it kept running.
            Wired a school in {place} during the summer holidays, ready on the last day.
            Built a bottling line for {thousands} bottles an hour with a team of {team}.
            Restored a steam engine with the local museum, every second Saturday.
            """,
        skills: """
            TIG welding
            + TIG welding of stainless pipes for dairies, X-rayed and passed.
            + TIG welding in positions nobody likes, for {few} years at {employer}.
            + Teaches TIG welding to apprentices at {employer}, with a patience that surprises people.
            - Has tried TIG welding in a weekend course.
            MIG welding
            + MIG welding of frames and trailers, {tens} metres of seam a day.
            + MIG welding at {employer}, by hand and with {few} robots.
            + Built a staircase of {few} storeys with MIG welding.
            - Has done a little MIG welding on the farm.
            PLC programming
            + PLC programming for {tens} machines, with comments that the night shift understands.
            + PLC programming in TIA Portal at {employer}, from the first sketch to commissioning in {place}.
            + Replaced relays from another age by PLC programming, one cabinet at a time.
            - Has had a first course in PLC programming.
            CNC milling
            + CNC milling on five axes, in titanium, to a hundredth of a millimetre.
            + CNC milling at {employer}: set up {few} machines and wrote the programs for them.
            + Cut the cycle time in CNC milling by {percent} percent with other tools and paths.
            - Has loaded parts for CNC milling.
            Electrical installation
            + Electrical installation in hospitals, where a mistake is not an option.
            + Electrical installation of {hundreds} flats in {place}, tested and documented.
            + Led electrical installation for a factory hall with {team} people.
            - Has pulled cables for an electrical installation.
            Hydraulics
            + Hydraulics: found leaks by ear and mended them before they made a mess.
            + Looked after the hydraulics of {few} presses at {employer}.
            + Designed hydraulics for a lock gate near {place}.
            - Knows the symbols of hydraulics.
            Preventive maintenance
            + Preventive maintenance for {hundreds} machines, with a plan people keep to.
            + Brought preventive maintenance to {employer}; breakdowns fell by {percent} percent.
            + Preventive maintenance with vibration sensors on {tens} motors.
            - Has greased bearings for preventive maintenance.
            AutoCAD
            + Draws in AutoCAD, from brackets to whole pipe routes.
            + Brought {thousands} old drawings of {employer} into AutoCAD.
            + Surveyed plants in {few} countries and drew them in AutoCAD as they really are.
            - Can open an AutoCAD drawing.
            Heat pumps
            + Heat pumps: planned and installed {tens} a year in old houses.
            + Serviced {hundreds} heat pumps for {employer} and learnt what goes wrong.
            + Trained {few} plumbing firms in {place} on heat pumps.
            - Has read a manual on heat pumps.
            Solar panels
            + Solar panels: mounted {hundreds} on roofs of every kind.
            + Led a crew of {few} that installs solar panels for {employer}.
            + Commissioned a field of {thousands} solar panels near {place}.
            - Has solar panels at home and likes them.
            """
    )
}
