extension DemoField {
    static let hospitality = DemoField(
        "Hospitality and kitchen",
        weight: 2,
        wage: 34_000,
        titles: "Chef|Pastry Chef|Waiter|Front Office Agent|Restaurant Manager|Housekeeping Supervisor|Barista",
        companies: "Hotel|Restaurants|Catering|Bakery|Resorts",
        studies: "Hotel Management|Culinary Arts|Tourism|Gastronomy",
        certificates: """
            Food hygiene certificate|WSET Level 2 in Wines|Master chef's diploma|Barista skills, intermediate|
            Hotel front office diploma
            """,
        work: """
            Served {hundreds} guests on a Saturday night and none of them waited long.
            Brought food waste down by {percent} percent by weighing it.
            Worked breakfast at five in the morning and was cheerful about it.
            Led a brigade of {team} through {few} summers.
            Kept the kitchen of {employer} spotless through {few} unannounced inspections.
            Learnt the names of regular guests and of their dogs.
            Planned the rota for {team} people so that everyone had one weekend off in three.
            Saved a wedding in {place} when the ovens failed.
            """,
        projects: """
            Opened a restaurant with {tens} seats in {place} with a menu that changes every week.
            Took over the canteen of a hospital and doubled the number of guests in {months} months.
            Wrote a cookbook with the recipes of {tens} grandmothers.
            Reopened {employer} after a fire within {few} weeks.
            """,
        skills: """
            Menu planning
            + Menu planning for {hundreds} guests a day with the seasons and a tight budget.
            + Menu planning at {employer}, including {few} diets and no boredom.
            + Cut the cost of goods by {percent} percent through menu planning.
            - Has helped with menu planning at home.
            Pastry
            + Pastry for {hundreds} breakfasts a day, from croissants to rye bread.
            + Ran the pastry section of {employer} with {few} people.
            + Won a regional prize for pastry in {year}.
            - Bakes pastry at weekends.
            Food safety
            + Food safety: wrote the plan of {employer} and trained {tens} people in it.
            + Responsible for food safety in {few} kitchens, with no complaint in {months} months.
            + Food safety for airline meals, {thousands} a day.
            - Has a first certificate in food safety.
            Wine service
            + Wine service with a list of {hundreds} bottles, most of them from small growers.
            + Trained {team} waiters at {employer} in wine service.
            + Wine service for banquets of {hundreds} guests in {place}.
            - Enjoys learning about wine.
            Reservation systems
            + Reservation systems: moved {employer} to a new one in the quiet season.
            + Keeps {few} reservation systems and the house in step, without double bookings.
            + Trained {tens} colleagues in reservation systems.
            - Has taken bookings by telephone.
            Banqueting
            + Banqueting for up to {thousands} guests, with a plan for every plate.
            + Led banqueting at {employer} for {few} years.
            + Banqueting in castles, barns and one cave near {place}.
            - Has carried trays in banqueting.
            Vegan cuisine
            + Vegan cuisine that people order who are not vegan.
            + Built the vegan cuisine of {employer}: {percent} percent of all dishes sold.
            + Taught vegan cuisine in {tens} evening classes in {place}.
            - Is curious about vegan cuisine.
            Night audit
            + Night audit for a hotel with {hundreds} rooms, alone and awake.
            + Closed {hundreds} days in night audit without an open difference.
            + Set up night audit at {employer} when it was new.
            - Has stood in once for the night audit.
            Housekeeping
            + Housekeeping for {hundreds} rooms with a team of {team}.
            + Housekeeping at {employer}: cut chemicals by {percent} percent, not the standard.
            + Trained new colleagues in housekeeping in {few} languages.
            - Has worked in housekeeping for some weeks.
            Espresso
            + Espresso: {hundreds} cups a shift, with milk that stands.
            + Set up the espresso bar of {employer}, from the water filter to the cups.
            + Came second in a championship in {place} with an espresso from Ethiopia.
            - Makes espresso at home.
            """
    )
}
