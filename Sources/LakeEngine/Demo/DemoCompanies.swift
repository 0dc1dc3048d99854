/// Names of companies; none of them is meant.
enum DemoCompanies {
    static let stems = DemoWords(
        """
        Norvik|Brightwater|Almeida|Lindqvist|Castellan|Harrow|Vantor|Meridia|Oakfield|Solveig|Petrossa|Kestrel|Aurelis|
        Tamarind|
        Blackthorn|Cordova|Elmstead|Fjordline|Galatea|Halcyon|Ironbridge|Juniper|Kolibri|Larkspur|Montrose|Nordhaven|
        Orsini|
        Pellucid|Quillon|Ravensworth|Saffron|Thornbury|Umbria|Valmont|Westerly|Xantho|Yarrow|Zephyra|Ambergate|
        Bellweather|
        Corvina|Dunmore|Estrela|Falkenried|Greyfriars|Hollander|Isidro|Jasper|Kingsley|Lorenz|Marigold|Nightjar|
        Obsidian|
        Palisade|Quintero|Redwood|Silverline|Tidewater|Ursa|Verbena|Willowbank|Yonder|Zeller|Ashgrove|Bramble|
        Copperfield|
        Driftwood|Everly|Fennimore|Goldcrest|Heron|Ivory|Kaleido|Lantern|Moorgate|Northgate|Osprey|Pinecrest|Rosedale|
        Sterling
        """
    )

    /// Names that have tripped up programs, for the clients at these positions.
    static let awkward: [Int: StaticString] = [
        12: "O'Neill & Sons",
        34: "The \"Corner\" Bakery",
        56: "Smith, Jones & Partners, LLP",
        78: "Łódź Składy S.A.",
        101: "Null & Void Consulting",
        133: "株式会社さくら物流",
        155: "  Leading Spaces Ltd",
        177: "Café Zoë — Crêpes; Galettes",
        199: "1st Choice Care",
        222: "100% Chocolate",
        244: "Ärzte\\Pflege GmbH",
        266: "مجموعة النيل",
    ]
}

extension DemoWorld {
    func append(company stem: Int, _ field: Int, _ suffix: Int, to out: inout [UInt8]) {
        out.append(contentsOf: DemoCompanies.stems[stem])
        out.append(UInt8(ascii: " "))
        out.append(contentsOf: DemoField.all[field].companies[suffix])
    }

    func append(name client: DemoClient, to out: inout [UInt8]) {
        if let awkward = DemoCompanies.awkward[client.index] { return out.append(awkward) }
        append(company: client.stem, client.field, client.suffix, to: &out)
    }

    /// The name as it is written at this registration.
    func append(name person: DemoCandidate, to out: inout [UInt8]) {
        if let awkward = DemoNames.awkward(person) { return out.append(awkward.name) }
        let names = DemoNames.groups[person.group]
        switch person.spelling {
        case .proper:
            out.append(contentsOf: names.first[person.first])
            if person.initial != 0 {
                out.append(UInt8(ascii: " "))
                out.append(person.initial)
                out.append(UInt8(ascii: "."))
            }
            out.append(UInt8(ascii: " "))
            out.append(contentsOf: names.last[person.last])
        case .plain:
            out.append(contentsOf: names.plainFirst[person.first])
            out.append(UInt8(ascii: " "))
            out.append(contentsOf: names.plainLast[person.last])
        case .turned:
            out.append(contentsOf: names.last[person.last])
            out.append(", ")
            out.append(contentsOf: names.first[person.first])
        case .initial:
            out.append(contentsOf: names.first[person.first].prefix(1))
            out.append(". ")
            out.append(contentsOf: names.last[person.last])
        }
    }

    func append(first person: DemoCandidate, to out: inout [UInt8]) {
        if let awkward = DemoNames.awkward(person) { return out.append(awkward.first) }
        out.append(contentsOf: DemoNames.groups[person.group].first[person.first])
    }

    /// An address of mail that no second row has.
    func append(mail person: DemoCandidate, to out: inout [UInt8]) {
        let names = DemoNames.groups[person.group]
        out.append(letters: names.plainFirst[person.first])
        out.append(UInt8(ascii: "."))
        out.append(letters: names.plainLast[person.last])
        out.append(number: person.index + 1)
        out.append(Self.mailDomains[person.index % Self.mailDomains.count])
    }

    /// Domains that are reserved for examples.
    private static let mailDomains: [StaticString] = [
        "@mail.example", "@post.example", "@example.org", "@example.net", "@inbox.example",
    ]

    /// The number is that of the person, so it is the same at a second registration and nobody else's.
    func append(phone person: DemoCandidate, to out: inout [UInt8]) {
        out.append(phone: DemoPlaces.countries[person.country].phone, number: person.original * 73_687 + 51_413)
    }

    func append(phone client: DemoClient, to out: inout [UInt8]) {
        let country = DemoPlaces.cities[client.city].country
        out.append(phone: DemoPlaces.countries[country].phone, number: client.index * 68_219 + 7)
    }

    /// The junior, senior or plain title.
    func append(title: Int, of field: Int, level: Int, to out: inout [UInt8]) {
        out.append(Self.levels[level])
        out.append(contentsOf: DemoField.all[field].titles[title])
    }

    private static let levels: [StaticString] = ["Junior ", "", "Senior ", "Lead "]

    func append(skills: DemoPicks, of field: Int, separator: StaticString, to out: inout [UInt8]) {
        for (position, skill) in skills.enumerated() {
            if position > 0 { out.append(separator) }
            out.append(contentsOf: DemoField.all[field].skills[skill])
        }
    }
}

extension [UInt8] {
    /// `CAN-000042`.
    mutating func append(id prefix: StaticString, _ index: Int) {
        append(prefix)
        append(number: index + 1, width: 6)
    }

    /// Only the letters, small ones.
    mutating func append(letters word: ArraySlice<UInt8>) {
        for byte in word where (65...90).contains(byte & 0xDF) { append(byte | 0x20) }
    }

    /// `pattern` with digits for `#`, letters for `@` and a house number for `%`.
    mutating func append(pattern: [UInt8], _ random: inout DemoRandom) {
        for byte in pattern {
            switch byte {
            case UInt8(ascii: "#"): append(UInt8(truncatingIfNeeded: 48 + random.below(10)))
            case UInt8(ascii: "@"): append(UInt8(truncatingIfNeeded: 65 + random.below(26)))
            case UInt8(ascii: "%"): append(number: 1 + random.below(140))
            default: append(byte)
            }
        }
    }

    /// `pattern` with the last digits of `number` for its `#`s, so that different small numbers stay different.
    mutating func append(phone pattern: [UInt8], number: Int) {
        var divisor = 1
        for byte in pattern where byte == UInt8(ascii: "#") { divisor *= 10 }
        for byte in pattern {
            if byte == UInt8(ascii: "#") {
                divisor /= 10
                append(UInt8(truncatingIfNeeded: 48 + number / divisor % 10))
            } else {
                append(byte)
            }
        }
    }
}
