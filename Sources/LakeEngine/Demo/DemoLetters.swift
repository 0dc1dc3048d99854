/// What the agency writes down: notes, descriptions, mail.
enum DemoLetters {
    static let candidateNotes = DemoPhrases(
        """
        Met {first} on a {weekday}; friendly, precise, wants to stay in {city}.
        Prefers to be called after {hour}.
        Knows {skill1} better than the paper says.
        Asked for feedback on the last interview, call back on {weekday}.
        Open to travel, not to moving.
        Says {skill2} is what they want to do next, "nothing else, please".
        Very good reference from {few} former managers.
        Has another offer; decide before {weekday}.
        Available part-time only, {few} days a week.
        {recruiter} knows the candidate from an earlier placement.
        """
    )

    /// Texts that trip up programs; every one of them is written at each scale.
    static let awkwardNotes = [
        "Said: \"I'll think about it\", then laughed 😀, then said yes 🎉",
        "first line\nsecond line, with a comma\nthird line with \"quotes\"",
        "=SUM(A1:A9)",
        "NULL",
        "N/A",
        "Preferred spelling: 田中さくら",
        "اتصلت يوم الاثنين وطلبت مكالمة أخرى",
        "Zürich → Genève → Ålesund, 100 % remote; naïve façade “test” … €1.234,56",
        "C:\\Users\\export\\final_final(2).xls",
        "👩🏽‍🔧 family emoji: 👨‍👩‍👧‍👦, flag: 🇵🇹, e + accent: e\u{301}",
        "'; -- not a statement, only a note",
        "<b>bold</b> &amp; {\"json\": [1, 2, null]}",
        "   spaces before and after   ",
        "\ttab first",
        "0042",
    ]

    static let clientNotes = DemoPhrases(
        """
        Pays within {tens} days, always after a reminder.
        Wants candidates presented on {weekday}s only.
        Framework contract until next year; margin agreed at {percent} percent.
        New head of personnel since spring, invite to lunch.
        Asks for certificates before the first day.
        Has {few} sites; invoices go to the one in the south.
        """
    )

    static let descriptions = DemoPhrases(
        """
        Our client in {place} is looking for a {job}, for {months} months to begin with.
        {client} needs a {job} from the first of the month; {few} interviews, then a decision.
        {job} wanted: a team of {team}, a manager who listens and work that matters in {place}.
        To strengthen a team of {team}, {client} is hiring: {job}, {place}.
        Replacement for a colleague on leave, {months} months with the option of more: {job} in {place}.
        """
    )

    static let placementNotes = DemoPhrases(
        """
        Extended once, by {months} weeks.
        Client asks for the same person again next year.
        First week supported by {recruiter}, all well.
        Rate raised after {months} weeks.
        Lift to the site shared with {few} colleagues.
        Contract signed on paper, scan to follow.
        """
    )

    static let sheetNotes = DemoPhrases(
        """
        Public holiday on {weekday}
        Sick from {weekday}, certificate attached
        Training on {weekday}, ½ day
        Overtime agreed with the site, "as discussed"
        Left early on {weekday}, made up the day after
        Night shifts from {weekday} on
        """
    )

    static let outcomes = DemoWords("reached|voicemail|no answer|call back|wrong number|interested|declined")

    /// By outcome.
    static let callNotes = [
        DemoPhrases(
            """
            Talked about {skill1} and the next steps; {first} sends papers by {weekday}.
            {first} is happy in the current post, try again in {months} months.
            Went through the offer line by line, open question: parking.
            Interview with the client fixed for {weekday}, {hour}.
            Short check-in after the first week, all well 👍
            """
        ),
        DemoPhrases("Left a message.\nVoicemail full.\nLeft number and asked for a call after {hour}."),
        DemoPhrases("No answer.\nRang out, try on {weekday}.\nNumber busy, twice."),
        DemoPhrases("Asked to be called on {weekday} at {hour}.\nIn a meeting, call back after {hour}."),
        DemoPhrases("Number belongs to somebody else.\nWrong number, ask for the new one by mail."),
        DemoPhrases(
            """
            Very interested, wants to see the contract first.
            Would start in {few} weeks; mentioned {skill2}, {skill1} and a long journey to work.
            "Yes, please" - send details today.
            """
        ),
        DemoPhrases(
            "Declined: too far.\nDeclined, took another offer.\nNot interested; asked not to be called before {months} months."
        ),
    ]

    static let clientCalls = DemoPhrases(
        """
        Discussed the shortlist; wants {few} more profiles by {weekday}.
        Complained about a late time sheet, settled.
        New request coming next week, probably {team} people.
        Asked for references; promised for {weekday}.
        Rates for next year: agreed to talk on {weekday}, {hour}.
        """
    )

    static let kinds = DemoWords("invitation|offer|reminder|newsletter|reply|reference|feedback")

    /// By kind.
    static let subjects = [
        DemoPhrases(
            "Interview with {client} on {weekday}\nInvitation: {job} at {client}\n{job}: can you make {weekday}, {hour}?"
        ),
        DemoPhrases("Your offer: {job}\nOffer for {first}; please sign\nGood news from {client} 🎉"),
        DemoPhrases("Time sheet missing\nReminder: documents for {client}\nPlease confirm {weekday}"),
        DemoPhrases(
            "Jobs of the week: {field}\nNew this month, {few} jobs near {city}\nHow to prepare for an interview"
        ),
        DemoPhrases("Re: {job}\nRE: Interview; new time?\nAW: Re: your offer"),
        DemoPhrases("Reference for {name}\nReference request; {client}"),
        DemoPhrases("How was your first week?\nFeedback after the interview\nYour opinion on {client}"),
    ]

    /// By kind.
    static let bodies = [
        DemoPhrases(
            """
            Dear {first}, {client} would like to meet you on {weekday} at {hour}. Please bring your certificates. {recruiter}
            Hello {first}, they liked your {skill1} and ask for {weekday}, {hour}; would that suit you? Best, {recruiter}
            Dear {first}, the interview for {job} takes place by video; the link follows on {weekday}. Regards, {recruiter}
            """
        ),
        DemoPhrases(
            """
            Dear {first}, please find the contract attached; it is valid until {weekday}. Questions? Call me. {recruiter}
            Dear {first}, congratulations! {client} wants you as {job}. Sign both copies, keep one. {recruiter}
            """
        ),
        DemoPhrases(
            """
            Hello {first}, your time sheet for last week is not here yet. Please send it by {weekday}, {hour}. Thank you, {recruiter}
            Dear {first}, we still need the certificate for {skill1}. A photograph is enough. {recruiter}
            """
        ),
        DemoPhrases(
            """
            Hello {first}, new this week: {tens} jobs for you, {few} of them near {city}. Unsubscribe with one click.
            Hello {first}, people with {skill1} and {skill2} are in demand: {hundreds} open jobs. Have a look.
            """
        ),
        DemoPhrases(
            """
            Dear {recruiter}, {weekday} is fine, but could we make it {hour}? Best wishes, {first}
            Hi, thank you, I accept. Two questions: parking; and may I bring my dog? {first}
            Dear {recruiter}, I have decided to stay where I am. Thank you for your trouble. {name}
            """
        ),
        DemoPhrases(
            """
            Dear {first}, whom may we ask for a reference? Two names and telephone numbers are enough. {recruiter}
            Hello {first}, your former manager would work with you again at once. Kind regards, {recruiter}
            """
        ),
        DemoPhrases(
            """
            Hello {first}, you started at {client} on Monday. What is good, what is not? A short note helps. {recruiter}
            Dear {first}, the client said: "very strong in {skill1}, a bit quiet". How did you find it? {recruiter}
            """
        ),
    ]
}
