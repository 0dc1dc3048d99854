extension DemoRows {
    mutating func appendClient(_ index: Int) {
        let world = world
        let client = world.client(index)
        var random = world.random(.contact, -1 - index)
        let city = DemoPlaces.cities[client.city]
        let country = DemoPlaces.countries[city.country]
        row.id("CLI-", index)
        row.text { world.append(name: client, to: &$0) }
        row.plain { $0.append(contentsOf: DemoField.all[client.field].name) }
        row.text { $0.append(contentsOf: city.name) }
        row.plain { $0.append(contentsOf: country.name) }
        row.plain { $0.append(pattern: city.postcode, &random) }
        let street = country.streets[random.below(country.streets.count)]
        row.text { $0.append(pattern: street, &random) }
        row.plain { world.append(phone: client, to: &$0) }
        if random.chance(10) {
            row.null()
        } else {
            row.plain { out in
                out.append("https://www.")
                out.append(letters: DemoCompanies.stems[client.stem])
                out.append(UInt8(ascii: "-"))
                out.append(letters: DemoField.all[client.field].companies[client.suffix])
                out.append(".example")
            }
        }
        row.text { $0.append(contentsOf: DemoNames.recruiters[random.below(DemoNames.recruiters.count)]) }
        let employees = 4 + random.below(60) * random.below(60) * random.below(20) / 10
        row.number(employees)
        row.amount(hundredths: employees * random.within(7_000_000...26_000_000) + random.below(100))
        if random.chance(15) {
            row.null()
        } else {
            let tenths = random.within(21...50)
            row.plain { out in
                out.append(number: tenths / 10)
                out.append(UInt8(ascii: "."))
                out.append(number: tenths % 10)
            }
        }
        row.date(DemoDate(year: 2012, month: 3, day: 1) + random.below(3900))
        row.flag(random.chance(91))
        appendNote(client, &random)
    }

    private mutating func appendNote(_ client: DemoClient, _ random: inout DemoRandom) {
        if random.chance(40) { return row.null() }
        var scene = DemoScene(world: world, random: random)
        row.text { out in
            scene.write(DemoLetters.clientNotes, to: &out)
            if client.index % 7 == 3 {
                out.append("\r\n")
                scene.write(DemoLetters.clientNotes, to: &out)
            }
        }
    }
}
