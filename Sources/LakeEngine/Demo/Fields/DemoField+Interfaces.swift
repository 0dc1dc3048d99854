extension DemoField {
    static let interfaces = DemoField(
        "Web and mobile",
        weight: 5,
        wage: 57_000,
        titles: "Frontend Developer|iOS Developer|Android Developer|UX Designer|Product Designer|Full-Stack Developer",
        anTitles: ["iOS"],
        companies: "Studio|Interactive|Apps|Media|Design",
        studies: "Media Informatics|Interaction Design|Computer Science|Graphic Design|Psychology",
        certificates: """
            Certified Professional in Accessibility|Google UX Design Certificate|Nielsen Norman UX Certificate|
            Meta Front-End Developer|Professional Scrum Product Owner|Adobe Certified Professional
            """,
        work: """
            Watched {tens} people use the product before changing a single button.
            Cut the load time of the start page by {percent} percent on an old telephone.
            Sat between design and development and translated in both directions.
            Shipped a release every {few} weeks for {months} months, none of them on a Friday.
            Raised the share of finished checkouts at {employer} by {percent} percent.
            Answered the reviews in the app store personally and turned one star into four.
            Tested with keyboard and screen reader before every release.
            Ran a design critique each week in which juniors speak first.
            """,
        projects: """
            Designed and built a ticket app for {place} that works without a network in the tunnels.
            Rebuilt the shop of {employer} in {months} months; sales went up by {percent} percent in the first quarter.
            Made a reading app for people with low vision that {thousands} people use.
            Drew the icon set that {employer} has used on every device since {year}.
            """,
        skills: """
            TypeScript
            + Moved {hundreds} thousand lines to TypeScript, file by file, without stopping the releases.
            + Has written TypeScript every day for {few} years, on both sides of the wire.
            + Wrote the TypeScript library that {tens} teams at {employer} call the server with.
            - Has read TypeScript code written by others.
            React
            + Built the customer portal of {employer} in React, used by {thousands} people a day.
            + Made a slow React application fast by rendering {percent} percent less.
            + Introduced tests for React components and a habit of writing them first.
            - Did one online course on React.
            SwiftUI
            + Rewrote the app of {employer} in SwiftUI, screen by screen, over {months} months.
            + Built a watch app in SwiftUI that nurses use with gloves on.
            + Knows where SwiftUI stops and what to do about it; has shipped {few} apps with it.
            - Tried SwiftUI at a hackathon.
            Kotlin
            + Wrote the Android app of {employer} in Kotlin; it has {hundreds} thousand installs.
            + Shares business rules between Android and iOS in Kotlin.
            + Moved an old code base to Kotlin coroutines and got rid of {tens} kinds of crash.
            - Has converted a toy project to Kotlin.
            Figma
            + Keeps the design system of {employer} in Figma: {hundreds} components and one person who says no.
            + Designed {tens} flows in Figma and tested each of them with five strangers.
            + Taught developers to read Figma files, which saved everyone a meeting a week.
            - Looks at Figma designs made by others.
            Accessibility
            + Made accessibility part of the definition of done at {employer} and audits twice a year.
            + Led the accessibility work that let a public portal in {place} pass its audit.
            + Accessibility: rebuilt the forms of {employer} so that they work with a keyboard and a screen reader.
            - Has heard a lecture about accessibility.
            User research
            + User research: interviewed {tens} drivers, nurses and clerks at their place of work.
            + Set up user research at {employer} with a panel of {hundreds} volunteers.
            + Turned {few} months of user research into one page that changed the roadmap.
            - Has sat in on a few sessions of user research as a note taker.
            Vue.js
            + Maintains an internal planning tool in Vue.js for {hundreds} colleagues.
            + Built {few} shops with Vue.js and a head-less catalogue.
            + Replaced jQuery by Vue.js on a site with {thousands} visitors an hour, without a big bang.
            - Built a recipe page with Vue.js.
            CSS
            + Writes CSS that others can change, and removed {percent} percent of the style sheets of {employer}.
            + Built print layouts for invoices in CSS when nobody thought it could be done.
            + Made one CSS code base serve {few} brands.
            - Knows enough CSS to change a colour.
            Flutter
            + Shipped the app of {employer} for two platforms from one Flutter code base in {months} months.
            + Wrote Flutter plug-ins for a card reader used on {place}'s trams.
            + Keeps a Flutter app with {thousands} daily users at less than one crash in a thousand sessions.
            - Went to a Flutter meet-up twice.
            """
    )
}
