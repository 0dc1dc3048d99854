extension DemoField {
    static let marketing = DemoField(
        "Marketing and communication",
        weight: 3,
        wage: 47_000,
        titles:
            "Marketing Manager|Content Writer|SEO Specialist|Social Media Manager|Translator|Communications Officer",
        anTitles: ["SEO"],
        companies: "Communications|Brands|Agency|Publishing|Events",
        studies: "Marketing|Journalism|Modern Languages|Communication|Translation Studies",
        certificates: """
            Google Ads Certification|Certified Content Strategist|Sworn translator|Digital Marketing Diploma|
            Google Analytics Certification
            """,
        work: """
            Wrote one good text a day and rewrote it the day after.
            Doubled the newsletter of {employer} to {thousands} readers.
            Worked with a budget of {money} and brought {percent} percent of it back unspent.
            Answered the press within the hour, also on Sundays.
            Organised {tens} trade fairs and forgot the banner only once.
            Took the website from {few} languages to one more, with native proofreaders.
            Measured what worked and stopped what did not.
            Led a team of {team}, half of them freelancers.
            """,
        projects: """
            Launched a brand of oat milk in {few} countries within {months} months.
            Wrote the centenary book of {employer}, {hundreds} pages with witnesses from {place}.
            Ran a campaign with {few} fishermen instead of models that went round the world.
            Built a style guide that {tens} people follow of their own accord.
            """,
        skills: """
            SEO
            + SEO for {hundreds} pages: visits up by {percent} percent in {months} months.
            + Cleaned up {thousands} dead links and titles of {employer}; that was most of the SEO.
            + SEO in {few} languages, written for people first.
            - Has read a checklist on SEO.
            Content strategy
            + Content strategy for {employer}: fewer texts, better ones, {percent} percent more readers.
            + Content strategy with an editorial calendar that {few} departments keep to.
            + Built the content strategy of a hospital on the questions of patients.
            - Has filled a content calendar.
            Google Ads
            + Google Ads with {money} a year and a cost per order that fell by {percent} percent.
            + Managed Google Ads for {tens} shops of {employer}.
            + Paused {percent} percent of the keywords in Google Ads and lost no sales.
            - Has tried Google Ads once, for a flea market.
            Copywriting
            + Copywriting for packages, posters and {hundreds} product pages.
            + Copywriting at {employer}: the slogan of {year} is still on the lorries.
            + Teaches copywriting to colleagues: verbs, short words, no exclamation marks.
            - Has done some copywriting for a sports club.
            Social media
            + Social media for {employer}: {thousands} followers and answers within {few} hours.
            + Handled a storm on social media calmly, and the company came out of it better.
            + Social media with apprentices in front of the camera; applications doubled.
            - Uses social media privately.
            Event management
            + Event management: {tens} events a year, from breakfasts to a congress with {thousands} guests.
            + Event management for {employer} in {place}, with a plan for rain.
            + Cut the cost of event management by {percent} percent by cooking regional food.
            - Has helped with event management at a festival.
            Translation
            + Translation of manuals and contracts, {thousands} words a week.
            + Translation for courts and hospitals, sworn and on time.
            + Built the translation memory of {employer} with {thousands} entries.
            - Has done a translation for a neighbour.
            Public relations
            + Public relations for {employer} through a recall, with one voice and no comment unsaid.
            + Placed {tens} stories a year in national papers in public relations.
            + Public relations for a theatre in {place}, on almost no money.
            - Has written one press release for public relations.
            Photography
            + Photography of people at work, for {tens} annual reports.
            + Built the picture archive of {employer} with {thousands} images: photography and order.
            + Photography for online shops, {hundreds} products a week.
            - Likes photography as a hobby.
            Market research
            + Market research with {thousands} interviews in {few} countries.
            + Market research at {employer} that stopped a product nobody wanted.
            + Ran market research panels in {place} for {few} years.
            - Has handed out forms for market research.
            """
    )
}
