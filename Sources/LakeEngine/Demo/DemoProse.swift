/// Sentences of résumés that fit any line of work.
enum DemoProse {
    static let headers = DemoPhrases(
        """
        {name}, {title}, {city}.
        {name} lives in {city} and works as {aTitle}.
        Résumé of {name}, {aTitle} from {city}.
        {title} based in {city}: {name}.
        """
    )

    static let summaries = DemoPhrases(
        """
        {first} has {years} years of experience and is known above all for {skill1} and {skill2}.
        {aTitle} with {years} years of practice, strongest in {skill1}, {skill2} and {skill3}.
        Brings {years} years of work to the table, much of it with {skill1}.
        After {years} years in the job, {first} would rather finish one thing well than start three.
        {first} came to {skill1} by accident, {years} years ago, and stayed on purpose.
        Looks back on {years} years with {skill1}, {skill2} and the people who need them.
        {years} years of experience, a steady hand and a liking for {skill2}.
        Calm under pressure, exact in detail: {years} years of work, with {skill1} as its thread.
        """
    )

    static let strengths = DemoPhrases(
        """
        Colleagues describe {first} as patient, direct and impossible to hurry.
        Works best in small teams where people say what they think.
        Prefers plain words, short meetings and written decisions.
        Learns fast, asks early and shares what is learnt.
        Likes difficult customers, because they know what they want.
        Is at ease with night shifts, new tools and old machines.
        Has led up to {team} people and would do so again.
        Is looking for a place where quality is more than a poster.
        Wants to move closer to {place} for family reasons.
        Enjoys teaching beginners as much as solving the hard cases.
        """
    )

    static let jobs = DemoPhrases(
        """
        {title} at {employer} in {place}, {from} to {to}.
        {employer}, {place}, {from} to {to}: {title}.
        From {from} to {to} with {employer} in {place} as {aTitle}.
        {from} to {to}, {title}, {employer} ({place}).
        """
    )

    static let education = DemoPhrases(
        """
        Studied {study} in {school} and graduated in {year}.
        Holds a degree in {study} from {school} ({year}).
        Trained on the job, then took a diploma in {study} in {school}.
        Finished school in {school} and learnt the rest at work and in evening classes in {study}.
        Graduated from {school} in {year} with a thesis in {study} that is still quoted now and then.
        Began with {study} in {school}, left for a job and completed the degree years later.
        """
    )

    static let certificates = DemoPhrases(
        """
        Certificate: {certificate}, {year}.
        Holds the following certificate: {certificate}.
        Passed the examination for {certificate} at the first attempt.
        Renewed in {year}: {certificate}.
        """
    )

    /// By level: native, C1, B2, A2.
    static let languages = [
        DemoPhrases(
            """
            Grew up speaking {language}.
            {language} is the language of home and dreams.
            Native speaker of {language}.
            Mother tongue: {language}.
            Speaks {language} as a first language and has explained {skill1} in it many times.
            """
        ),
        DemoPhrases(
            """
            Speaks {language} fluently, also on the telephone and in writing.
            Fluent in {language} after years of daily use.
            Has used {skill1} in projects where everybody spoke {language}, and speaks it fluently.
            Negotiates in {language} without an interpreter.
            Speaks fluent {language} and has trained others in {skill2} in it.
            """
        ),
        DemoPhrases(
            """
            Works in {language} with colleagues and customers.
            Has good {language}, good enough to talk about {skill2} for an hour.
            Writes mail and minutes in {language}.
            Speaks {language} well enough for most meetings.
            """
        ),
        DemoPhrases(
            """
            Gets by in {language} in the corridor and the canteen.
            Has basic {language} and takes lessons.
            Understands {language} better than it shows.
            """
        ),
    ]

    static let extras = DemoPhrases(
        """
        Plays the trombone in a brass band that rehearses above a garage.
        Runs, slowly, but all year round.
        Coaches a girls' football team and is proud of its defence.
        Restores old radios; {few} of them work.
        Grows tomatoes on a balcony in {city}.
        Has crossed {few} countries by bicycle.
        Sings in a choir that takes everybody.
        Volunteers at a food bank on {weekday}s.
        Reads detective stories in {language}.
        Bakes bread and brings it to work on {weekday}s.
        Is a volunteer firefighter and may have to leave at once.
        Holds a full driving licence and has a car.
        Can start within {few} weeks.
        Is happy to work shifts, and prefers late ones.
        Would like to work {few} days a week from home if the job allows.
        Has lived in {few} cities and would move again for the right post.
        References from {employer} are available on request.
        Drinks too much coffee ☕ and knows it.
        Keeps bees 🐝 on the roof.
        Once fixed a stranger's printer on a train.
        """
    )

    static let headings: [[StaticString]] = [
        ["EXPERIENCE\n", "EDUCATION\n", "LANGUAGES\n", "OTHER\n"],
        ["", "", "", ""],
        ["Experience: ", "Education: ", "Languages: ", "Also: "],
        ["Where I have worked\n", "What I have learnt\n", "What I speak\n", "What else there is\n"],
    ]
}
