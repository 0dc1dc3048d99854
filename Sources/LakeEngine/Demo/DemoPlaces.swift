/// A country the agency works in.
struct DemoCountry: Sendable {
    var name: [UInt8]
    /// `#` is a digit; there are at least five, enough for each candidate to have a number of their own.
    var phone: [UInt8]
    /// How far its clocks are ahead of UTC in winter.
    var minutesAhead: Int
    var hasSummerTime: Bool
    /// Index into `DemoLanguages.names`.
    var language: Int
    /// What people earn, in percent of Germany.
    var wages: Int
    var streets: [[UInt8]]
    /// Indexes into `DemoPlaces.cities`.
    var cities: [Int]
}

/// A town with the form of its postcodes: `#` is a digit, `@` a letter.
struct DemoCity: Sendable {
    var name: [UInt8]
    var country: Int
    var postcode: [UInt8]
}

/// Countries, towns and streets.
///
/// No telephone number in it can be dialled: the local part starts with a zero.
enum DemoPlaces {
    static let countries: [DemoCountry] = countryLines.split(separator: "\n").enumerated().map { position, line in
        let part = line.split(separator: "|").map(String.init)
        let code = part[0]
        return DemoCountry(
            name: Array(part[1].utf8),
            phone: Array(part[2].utf8),
            minutesAhead: Int(part[3]) ?? 0,
            hasSummerTime: part[4] == "summer",
            language: DemoLanguages.list.firstIndex(of: part[5]) ?? 0,
            wages: Int(part[6]) ?? 100,
            streets: part[7].split(separator: ";").map { Array($0.utf8) },
            cities: cities.indices.filter { cities[$0].country == position }
        )
    }

    static let cities: [DemoCity] = cityLines.split(separator: "\n").map { line in
        let part = line.split(separator: "|").map(String.init)
        return DemoCity(
            name: Array(part[0].utf8),
            country: codes.firstIndex(of: part[1]) ?? 0,
            postcode: Array(part[2].utf8)
        )
    }

    static let codes = countryLines.split(separator: "\n").map { String($0.prefix(2)) }

    /// `%` in a street is a house number.
    private static let countryLines = """
        GB|United Kingdom|020 0### ####|0|summer|English|104|% St John's Road;Flat 3, % King's Parade;% Mill Lane;% Old Kent Close
        IE|Ireland|01 0## ####|0|summer|English|106|% O'Connell Terrace;% Harbour View;% St Brigid's Avenue
        DE|Germany|030 0### ###|60|summer|German|100|Gartenstraße %;Am Mühlbach %;Königsallee %;Schloßweg %a
        AT|Austria|01 0### ###|60|summer|German|98|Getreidegasse %;Obere Donaustraße %;Am Hof %
        CH|Switzerland|044 0## ## ##|60|summer|German|150|Bahnhofstrasse %;Rue du Lac %;Seeweg %
        FR|France|01 00 ## ## ##|60|summer|French|92|% rue de l'Église;% avenue d'Italie;% bis, rue des Lilas;% place de l'Hôtel-de-Ville
        BE|Belgium|02 0## ## ##|60|summer|French|96|Rue de l'Étuve %;Kerkstraat %;Avenue Louise %
        NL|Netherlands|020 0## ####|60|summer|Dutch|99|'s-Gravenweg %;Prinsengracht %-II;Dorpsstraat %
        ES|Spain|91 00# ## ##|60|summer|Spanish|72|Calle Mayor %, 3º B;Avenida de la Constitución %;Carrer d'Aragó %
        PT|Portugal|21 00# ## ##|0|summer|Portuguese|58|Rua das Flores, %;Avenida da Liberdade, %, 2.º Esq.;Travessa de São João, %
        IT|Italy|06 00## ####|60|summer|Italian|76|Via dell'Orso %;Piazza Sant'Anna %;Corso Garibaldi %
        PL|Poland|22 00# ## ##|60|summer|Polish|55|ul. Świętojańska %;ul. Żeromskiego % m. 4;al. Jana Pawła II %
        SE|Sweden|08 00# ### ##|60|summer|Swedish|102|Södra Vägen %;Åsögatan %;Björkstigen %
        DK|Denmark|00 ## ## ##|60|summer|Danish|112|Nørrebrogade %, 2. th;Strandvejen %;Østergade %
        NO|Norway|00 ## ## ##|60|summer|Norwegian|115|Storgata %;Bjørnstjerne Bjørnsons vei %;Fjellveien %
        GR|Greece|210 0## ####|120|summer|Greek|50|Odos Ermou %;Leoforos Nikis %
        RO|Romania|021 0## ####|120|summer|Romanian|42|Strada Ștefan cel Mare nr. %;Bulevardul Unirii nr. %, bl. 5
        UA|Ukraine|044 0## ## ##|120|summer|Ukrainian|30|vul. Khreshchatyk, %;vul. Lesi Ukrainky, %, kv. 17
        TR|Türkiye|0212 0## ## ##|180|same|Turkish|38|İstiklal Caddesi No: %;Çınar Sokak No: %/5
        US|United States|(617) 0##-####|-300|summer|English|145|% Elm Street, Apt 4B;% O'Farrell Street;% Martin Luther King Jr. Blvd
        CA|Canada|(416) 0##-####|-300|summer|English|118|% Queen Street West;% rue Saint-Denis;% Queen's Quay
        BR|Brazil|(11) 00##-####|-180|same|Portuguese|40|Rua das Palmeiras, % - Apto 12;Avenida Atlântica, %;Travessa do Comércio, %
        MX|Mexico|55 00## ####|-360|same|Spanish|38|Calle 5 de Mayo %, Col. Centro;Avenida Insurgentes %
        AE|United Arab Emirates|04 00# ####|240|same|Arabic|95|Al Wasl Road %;Villa %, Jumeirah 2
        EG|Egypt|02 00## ####|120|same|Arabic|24|% Talaat Harb Street;% El-Nasr Road
        NG|Nigeria|01 00# ####|60|same|Yoruba|28|% Adeola Odeku Street;Plot %, Admiralty Way
        KE|Kenya|020 00# ####|180|same|Swahili|27|% Ngong Road;House %, Riverside Drive
        IN|India|011 00## ####|330|same|Hindi|30|%/2 M.G. Road;Flat %, Lotus Heights, Sector 21
        SG|Singapore|00## ####|480|same|Mandarin|115|Blk % Tiong Bahru Road #05-11;% Orchard Boulevard
        VN|Vietnam|028 00## ####|420|same|Vietnamese|22|% Nguyễn Huệ;% đường Lê Lợi, Quận 1
        JP|Japan|03-00##-####|540|same|Japanese|88|Shibuya 2-%-4;Nishi-ku, Umeda 1-%
        AU|Australia|(02) 00## ####|600|same|English|122|% O'Brien Street;Unit 2, % Wattle Grove
        """

    private static let cityLines = """
        London|GB|SW1A #@@
        Manchester|GB|M1 #@@
        Leeds|GB|LS2 #@@
        Bristol|GB|BS1 #@@
        Dublin|IE|D02 @@##
        Cork|IE|T12 @@##
        Berlin|DE|101##
        Dresden|DE|010##
        Leipzig|DE|041##
        Munich|DE|803##
        Hamburg|DE|200##
        Köln|DE|506##
        Vienna|AT|10##
        Graz|AT|80##
        Zürich|CH|80##
        Geneva|CH|12##
        Paris|FR|750##
        Nice|FR|060##
        Lyon|FR|690##
        Bourg-en-Bresse|FR|010##
        Brussels|BE|10##
        Antwerp|BE|20##
        Amsterdam|NL|10## @@
        Rotterdam|NL|30## @@
        's-Hertogenbosch|NL|52## @@
        Madrid|ES|280##
        Barcelona|ES|080##
        Vitoria-Gasteiz|ES|010##
        Lisbon|PT|1###-###
        Porto|PT|4###-###
        Braga|PT|47##-###
        Rome|IT|001##
        Milan|IT|201##
        L'Aquila|IT|671##
        Warsaw|PL|00-###
        Kraków|PL|30-###
        Łódź|PL|90-###
        Stockholm|SE|11# ##
        Malmö|SE|21# ##
        Copenhagen|DK|21##
        Aarhus|DK|80##
        Oslo|NO|01##
        Bergen|NO|50##
        Athens|GR|10# ##
        Thessaloniki|GR|54# ##
        Bucharest|RO|0100##
        Cluj-Napoca|RO|4000##
        Kyiv|UA|010##
        Lviv|UA|790##
        Istanbul|TR|34###
        Adana|TR|01###
        Boston|US|021##
        Newark|US|071##
        Chicago|US|606##
        Toronto|CA|M5V #@#
        Montréal|CA|H2X #@#
        São Paulo|BR|01###-###
        Curitiba|BR|80###-###
        Mexico City|MX|06###
        Guadalajara|MX|44###
        Dubai|AE|00000
        Cairo|EG|115##
        Lagos|NG|10####
        Nairobi|KE|00###
        Mumbai|IN|4000##
        Bengaluru|IN|5600##
        Singapore|SG|0#####
        Ho Chi Minh City|VN|70####
        Hanoi|VN|10####
        Tokyo|JP|150-00##
        Osaka|JP|530-00##
        Sydney|AU|20##
        Darwin|AU|08##
        """
}

/// Languages that candidates speak.
enum DemoLanguages {
    static let list = [
        "English", "German", "French", "Spanish", "Portuguese", "Italian", "Polish", "Dutch", "Swedish", "Danish",
        "Norwegian", "Greek", "Romanian", "Ukrainian", "Turkish", "Arabic", "Yoruba", "Swahili", "Hindi", "Mandarin",
        "Japanese", "Vietnamese",
    ]
    static let names = DemoWords(words: list)
    static let levels = DemoWords("native|C1|B2|A2")
}
