extension DemoField {
    static let logistics = DemoField(
        "Logistics and warehousing",
        weight: 5,
        wage: 38_000,
        titles:
            "Warehouse Operative|Logistics Coordinator|Forklift Driver|Truck Driver|Supply Chain Planner|Customs Agent",
        companies: "Logistics|Freight|Transport|Storage|Shipping",
        studies: "Logistics|Supply Chain Management|Transport Management|International Trade",
        certificates: """
            Forklift licence|Dangerous goods certificate (ADR)|APICS CPIM|Driver's qualification C+E|
            Authorised customs declarant|First aid at work
            """,
        work: """
            Loaded {tens} lorries a shift and signed for every pallet.
            Cut picking errors by {percent} percent with nothing more than better labels.
            Kept stock differences below {few} in ten thousand.
            Planned {tens} tours a day across {few} countries.
            Worked early, late and night shifts and was late once, because of a flood.
            Led a team of {team} on the returns desk through the January rush.
            Took part in {few} stock counts and found what the system had lost.
            Trained {tens} seasonal workers in {few} languages.
            """,
        projects: """
            Moved a warehouse with {thousands} pallet places from {place} to its new site over one weekend.
            Set up the night shift of {employer}, which now handles {thousands} parcels.
            Cut empty kilometres by {percent} percent with a shared loading plan for {few} shippers.
            Reorganised the cold store in {year}, in gloves.
            """,
        skills: """
            Forklift driving
            + Forklift driving for {few} years without an accident, on counterbalance and reach trucks.
            + Forklift driving in narrow aisles up to twelve metres at {employer}.
            + Instructs others in forklift driving: {tens} licences so far.
            - Has a forklift licence but little practice in forklift driving.
            Order picking
            + Order picking by voice and by light, {hundreds} lines an hour on good days.
            + Led order picking at {employer} with {team} people and the fewest errors of all sites.
            + Redesigned the routes for order picking and saved each picker {few} kilometres a day.
            - Has done order picking in one Christmas season.
            SAP EWM
            + Plans waves and tasks in SAP EWM for {tens} pickers.
            + Was the key user for SAP EWM when {employer} opened in {place}.
            + Counts, blocks and moves stock in SAP EWM every day.
            - Has scanned with SAP EWM for a few weeks.
            Customs clearance
            + Customs clearance for {hundreds} consignments a week, import and export.
            + Handled customs clearance at {employer} when the rules changed overnight.
            + Customs clearance of food and plants, with all their certificates.
            - Has copied documents for customs clearance.
            Route planning
            + Route planning for {tens} vans in {place}, with time windows and bridges too low.
            + Cut fuel by {percent} percent through better route planning at {employer}.
            + Did route planning by hand before the software and knows when the software is wrong.
            - Has used route planning on a telephone.
            HGV driving
            + HGV driving across {few} countries, {hundreds} thousand kilometres without a claim.
            + HGV driving with refrigerated trailers between {place} and the south.
            + HGV driving at night for {employer}, always on time, always rested.
            - Is taking lessons for HGV driving.
            Dangerous goods
            + Dangerous goods: loaded, labelled and documented {tens} consignments a week.
            + Safety adviser for dangerous goods at {employer}.
            + Trained {tens} drivers in dangerous goods.
            - Has seen the labels of dangerous goods.
            Inventory control
            + Inventory control: counted {hundreds} places a day and chased every difference.
            + Brought inventory control at {employer} to {tens} counts a week and no annual closure.
            + Introduced scanners for inventory control on {few} sites.
            - Has helped with inventory control at year's end.
            Demand planning
            + Demand planning for {thousands} articles, with a forecast that buyers trust.
            + Cut stock by {percent} percent through demand planning without running out.
            + Demand planning for ice cream, which is mostly about the weather.
            - Has had one lecture on demand planning.
            Air freight
            + Air freight: booked {tens} shipments a day and knew every cut-off time by heart.
            + Built the air freight desk of {employer} in {place}.
            + Moved {hundreds} tonnes of medical goods by air freight in {year}.
            - Has packed parcels for air freight.
            """
    )
}
