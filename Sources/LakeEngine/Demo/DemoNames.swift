/// Given names and surnames of one language.
struct DemoNameGroup: Sendable {
    /// Index into `DemoLanguages.names`.
    var language: Int
    var first: DemoWords
    var last: DemoWords
    /// The same without accents: for addresses of mail, and for how a hurried person spells a name.
    var plainFirst: DemoWords
    var plainLast: DemoWords
    /// Where most of its people live, as indexes into `DemoPlaces.countries`.
    var home: [Int]
    /// Its weight among the groups.
    var share: Int

    init(_ language: String, share: Int, home: String, first: String, last: String) {
        self.language = DemoLanguages.list.firstIndex(of: language) ?? 0
        self.first = DemoWords(first)
        self.last = DemoWords(last)
        plainFirst = Self.plain(self.first)
        plainLast = Self.plain(self.last)
        self.home = home.split(separator: " ").map { DemoPlaces.codes.firstIndex(of: String($0)) ?? 0 }
        self.share = share
    }

    private static func plain(_ words: DemoWords) -> DemoWords {
        DemoWords(words: (0..<words.count).map { plain(words.string($0)) })
    }

    /// ASCII letters for the letters of the names; what has none is left as it is.
    static func plain(_ text: String) -> String {
        var result = ""
        // Combining marks are dropped.
        for scalar in text.unicodeScalars where !(0x300...0x36F).contains(scalar.value) {
            result += plainLetters[scalar] ?? String(scalar)
        }
        return result
    }

    private static let plainLetters: [Unicode.Scalar: String] = {
        var letters: [Unicode.Scalar: String] = [
            "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "æ": "ae", "İ": "I",
        ]
        let accented = [
            "a": "áàâãăąāǎåạảấầẩậắằặ", "A": "ÁÀÂÃĂĄĀÅẠ", "c": "çćč", "C": "ÇĆČ", "d": "đ", "D": "Đ",
            "e": "éèêëęēěếềểệẹ",
            "E": "ÉÈÊĒẸ", "g": "ğ", "i": "íìîïīǐịı", "I": "ÍÎ", "l": "ł", "L": "Ł", "n": "ñń", "o": "óòôõøōốồộơớờợọỗ",
            "O": "ÓÔØŌỌ", "s": "śşșṣš", "S": "ŚŞȘṢŠ", "t": "ț", "T": "Ț", "u": "úùûũưūǔǚứừựụ", "U": "ÚŪ", "y": "ýỳỹ",
            "z": "źżž", "Z": "ŹŻŽ",
        ]
        for (letter, others) in accented {
            for other in others.unicodeScalars { letters[other] = letter }
        }
        return letters
    }()
}

/// The people of the demo, by the language they grew up with.
enum DemoNames {
    static let groups: [DemoNameGroup] = [
        DemoNameGroup(
            "English",
            share: 16,
            home: "GB GB IE US CA AU",
            first: """
                Amelia|Oliver|Siobhán|Harry|Niamh|George|Isla|Jack|Grace|Thomas|Poppy|William|Aoife|James|Ruby|Callum|
                Zoë|Liam|
                Hannah|Ewan|Chloë|Rhys|Megan|Patrick|Eleanor|Marcus|Tamsin|Declan|Beatrice|Connor
                """,
            last: """
                Smith|O'Neill|Hughes|Taylor|Murphy|Clarke|MacGregor|Walsh|Bennett|O'Brien|Wright|Fraser|Hughes-Jones|
                Kelly|
                Ashworth|D'Arcy|Thompson|Byrne|Patterson|Lloyd|Whitaker|McCarthy|Sinclair|Barlow|Pemberton|Reid|
                Gallagher|Foster
                """
        ),
        DemoNameGroup(
            "German",
            share: 12,
            home: "DE DE DE AT CH",
            first: """
                Jürgen|Anna|Lukas|Käthe|Felix|Sophie|Björn|Lena|Matthias|Jörg|Mia|Sebastian|Ilse|Tobias|Franziska|
                Günther|Marie|
                Stefan|Annegret|Philipp|Ulrike|Moritz|Heike|Leon|Katharina|Rüdiger
                """,
            last: """
                Müller|Schmidt|Weiß|Großmann|Becker|Schröder|Köhler|Vogel|Krüger|Hofmann|Jäger|Bauer|Löwe|Zimmermann|
                von Arnim|Schäfer|Kaiser|Böhm|Winkler|Lang|Groß|Fuchs|Strauß|Sommer|Kühn|Ebner
                """
        ),
        DemoNameGroup(
            "French",
            share: 8,
            home: "FR FR FR BE CH CA",
            first: """
                Élodie|Jean-Luc|Chloé|Étienne|Camille|François|Margaux|Théo|Noémie|Benoît|Anaïs|Hugo|Maëlle|Rémi|Agnès|
                Loïc|
                Océane|Gaëtan|Manon|Raphaël|Solène|Cédric
                """,
            last: """
                Lefèvre|Dubois|d'Aubigné|Moreau|Bélanger|Girard|L'Hermite|Rousseau|Fontaine|Mercier|Chevalier|Gauthier|
                Perrin|Lemaître|Dupré|Renaud|Besançon|Marchand|Colin|Delacroix|Bonnet|Légaré
                """
        ),
        DemoNameGroup(
            "Spanish",
            share: 8,
            home: "ES ES ES MX US",
            first: """
                José|Lucía|Andrés|María José|Íñigo|Sofía|Raúl|Ximena|Joaquín|Belén|Martín|Inés|Álvaro|Carmen|Sebastián|
                Pilar|
                Óscar|Rocío|Tomás|Valentina|Nicolás|Itziar
                """,
            last: """
                García|Álvarez|Núñez|Martínez|Peña|Gómez|Ibáñez|Fernández|Muñoz|Rodríguez|Ortega|Jiménez|Castañeda|
                López|
                Vázquez|Etxeberria|Domínguez|Ramírez|Soto|Cárdenas|Herrera|Zúñiga
                """
        ),
        DemoNameGroup(
            "Portuguese",
            share: 8,
            home: "PT PT PT BR BR",
            first: """
                João|Inês|Tiago|Conceição|Rui|Beatriz|Gonçalo|Mariana|Luís|Catarina|Vitória|Nuno|Letícia|Fábio|Joana|
                Simão|
                Antônio|Rafaela|Estêvão|Luísa|Caetano|Débora
                """,
            last: """
                Silva|Gonçalves|Araújo|Magalhães|Ferreira|Simões|Almeida|Conceição|Carvalho|Antunes|Falcão|Guimarães|
                Nóbrega|
                Teixeira|Leitão|Pacheco|Assunção|Moura|Brandão|Figueiredo|Sá|Queirós
                """
        ),
        DemoNameGroup(
            "Italian",
            share: 5,
            home: "IT IT IT CH",
            first: """
                Niccolò|Giulia|Matteo|Chiara|Lorenzo|Francesca|Davide|Noè|Elena|Giosuè|Martina|Pietro|Ludovica|Andrea|
                Rosalìa|
                Federico|Alessia|Tommaso
                """,
            last: """
                Rossi|D'Angelo|Ferrari|Dell'Acqua|Bianchi|Nicolò|Ricci|De Luca|Conti|Lo Presti|Marchetti|Galli|D'Amico|
                Rinaldi|
                Fabbri|Moretti|Sanna|Cattaneo
                """
        ),
        DemoNameGroup(
            "Polish",
            share: 6,
            home: "PL PL PL GB DE",
            first: """
                Łukasz|Agnieszka|Paweł|Małgorzata|Michał|Żaneta|Wojciech|Zofia|Stanisław|Bożena|Jędrzej|Katarzyna|
                Tomasz|Oleńka|
                Przemysław|Jagoda|Bartłomiej|Elżbieta
                """,
            last: """
                Kowalski|Wiśniewska|Żółć|Nowak|Zieliński|Wójcik|Dąbrowska|Szymański|Gąsior|Kaczmarek|Błaszczyk|Piątek|
                Grześkowiak|
                Jabłońska|Sikora|Ostrowski|Pająk|Świątek
                """
        ),
        DemoNameGroup(
            "Dutch",
            share: 4,
            home: "NL NL NL BE",
            first: """
                Daan|Femke|Sjoerd|Maartje|Bram|Noor|Thijs|Lotte|Joris|Anouk|Ruben|Saskia|Jeroen|Mirthe|Wouter|Renée
                """,
            last: """
                van den Berg|de Vries|Jansen|van 't Hof|Bakker|Mulder|de Boer|Smit|Dijkstra|van Rijn|Kuipers|Hoekstra|
                ter Horst|
                Visser|Postma|van der Meer
                """
        ),
        DemoNameGroup(
            "Swedish",
            share: 4,
            home: "SE SE DK NO",
            first: """
                Åsa|Göran|Linnéa|Björn|Sören|Maja|Håkan|Elsa|Märta|Oskar|Ebba|Jörgen|Freja|Øystein|Søren|Sigrid
                """,
            last: """
                Lindström|Åkesson|Bergqvist|Ödegaard|Nyström|Sjöberg|Hägg|Løvgren|Ekström|Ström|Kjær|Sandvik|Ångström|
                Dahl|
                Østby|Wikström
                """
        ),
        DemoNameGroup(
            "Greek",
            share: 2,
            home: "GR GR DE",
            first: "Eleni|Giorgos|Katerina|Nikos|Despina|Yiannis|Sofia|Kostas|Anthi|Stavros|Ioanna|Spyros",
            last: """
                Papadopoulos|Nikolaidis|Vlachou|Karagiannis|Economou|Pappas|Georgiou|Makris|Samaras|Alexiou|Dimitriou|
                Kotsis
                """
        ),
        DemoNameGroup(
            "Romanian",
            share: 3,
            home: "RO RO IT GB",
            first: "Ștefan|Ioana|Răzvan|Mădălina|Andrei|Ilinca|Călin|Raluca|Vlăduț|Sânziana|Mihai|Anca|Dragoș|Ruxandra",
            last: """
                Popescu|Țurcanu|Ionescu|Mureșan|Stănescu|Brâncuș|Dumitrescu|Lupu|Nistor|Vasilică|Șerban|Crețu|Florea|
                Bălan
                """
        ),
        DemoNameGroup(
            "Ukrainian",
            share: 3,
            home: "UA UA PL DE",
            first:
                "Oksana|Taras|Iryna|Bohdan|Yuliia|Andriy|Nadiia|Mykola|Solomiya|Dmytro|Halyna|Oleksiy|Svitlana|Vasyl",
            last: """
                Shevchenko|Kovalenko|Bondarenko|Tkachuk|Melnyk|Kravchuk|Lysenko|Hrytsenko|Savchenko|Polishchuk|
                Zadorozhna|
                Marchenko|Rudenko|Panasiuk
                """
        ),
        DemoNameGroup(
            "Turkish",
            share: 4,
            home: "TR TR DE NL",
            first: "Ayşe|Mehmet|Çağla|İbrahim|Elif|Özgür|Şebnem|Kerem|Gülşen|Emre|Zeynep|Ömer|Ümit|Defne|Barış|Tuğba",
            last: """
                Yılmaz|Öztürk|Şahin|Çelik|Kaya|Güneş|Aydın|Koç|Yıldız|Işık|Demirtaş|Karaoğlu|Bulut|Tunç|Aslan|Özdemir
                """
        ),
        DemoNameGroup(
            "Arabic",
            share: 5,
            home: "EG AE AE FR GB",
            first: """
                Layla|Omar|Nour|Khalid|Fatima|Youssef|Amina|Tariq|Salma|Hassan|Rania|Karim|Huda|Ziad|Mariam|Bilal|Dina|
                Samir
                """,
            last: """
                Al-Sayed|El Masry|Haddad|Mansour|Abdel Rahman|Khoury|Benali|Hamdan|Farouk|Al-Najjar|Saleh|Nasser|
                Boutros|
                Ibn Yahya|Darwish|Rahal
                """
        ),
        DemoNameGroup(
            "Yoruba",
            share: 4,
            home: "NG NG GB US",
            first: "Adébáyọ̀|Fọláṣadé|Olúwaseun|Ngozi|Chinedu|Yétúndé|Kọ́lá|Amara|Emeka|Títílayọ̀|Babátúndé|Ifeoma",
            last: """
                Adéyẹmí|Okonkwo|Ọláwálé|Balogun|Eze|Adéshínà|Nwosu|Ògúnlésí|Okafor|Akínwálé|Obi|Danjuma
                """
        ),
        DemoNameGroup(
            "Swahili",
            share: 2,
            home: "KE KE GB",
            first: "Wanjiku|Otieno|Achieng|Kamau|Zawadi|Juma|Nyambura|Baraka|Makena|Kiprono|Amani|Wairimu",
            last: "Mwangi|Odhiambo|Njoroge|Wafula|Cheruiyot|Mutua|Kimani|Ng'ang'a|Owino|Barasa|Karanja|Ndung'u"
        ),
        DemoNameGroup(
            "Hindi",
            share: 8,
            home: "IN IN IN GB AE SG",
            first: """
                Priya|Arjun|Ananya|Rohan|Kavya|Vikram|Deepika|Sanjay|Meera|Aditya|Lakshmi|Rahul|Nisha|Karthik|Sunita|
                Imran|
                Pooja|Harpreet|Aishwarya|Devendra
                """,
            last: """
                Sharma|Patel|Iyer|Reddy|Gupta|Nair|Singh|Chatterjee|Deshpande|Khan|Menon|Joshi|Bhattacharya|Kapoor|Rao|
                Pillai|
                Verma|Banerjee|Gill|Kulkarni
                """
        ),
        DemoNameGroup(
            "Mandarin",
            share: 4,
            home: "SG SG AU CA",
            first: "Wěi|Xiùyīng|Jiàn|Měilíng|Hǎo|Lìhuá|Jùn|Yǔtíng|Guāng|Xīnyí|Bó|Hóng|Zhìqiáng|Ài Lián",
            last: "Lǐ|Wáng|Zhāng|Chén|Lín|Huáng|Zhào|Wú|Xú|Guō|Ōuyáng|Táng|Lǚ|Féng"
        ),
        DemoNameGroup(
            "Japanese",
            share: 3,
            home: "JP JP US",
            first: "Sakura|Hiroshi|Yūko|Kenji|Aiko|Ryōta|Haruka|Shōhei|Emi|Takumi|Naoko|Daisuke|Kōji|Mizuki",
            last: "Tanaka|Satō|Kobayashi|Itō|Watanabe|Ōno|Yamamoto|Kondō|Shimizu|Endō|Mori|Ōtsuka|Hayashi|Saitō"
        ),
        DemoNameGroup(
            "Vietnamese",
            share: 3,
            home: "VN VN FR AU",
            first: "Hương|Minh|Thảo|Quốc Bảo|Ngọc|Dũng|Phượng|Tuấn|Lệ|Hiếu|Mỹ Duyên|Khánh|Trâm|Việt",
            last: "Nguyễn|Trần|Lê|Phạm|Huỳnh|Vũ|Đặng|Bùi|Đỗ|Ngô|Lý|Hồ|Dương|Phan"
        ),
    ]

    /// The group of each of as many equally likely draws as the shares add up to.
    static let draws: [Int] = groups.indices.flatMap { Array(repeating: $0, count: groups[$0].share) }

    /// A name that has tripped up programs, for a few of the candidates.
    static func awkward(_ person: DemoCandidate) -> (name: StaticString, first: StaticString)? {
        person.index % 101 == 0 && !person.isDuplicate ? awkward[person.index] : nil
    }

    private static let awkward: [Int: (name: StaticString, first: StaticString)] = [
        404: ("Jennifer Null", "Jennifer"),
        505: ("Noor True", "Noor"),
        606: ("X Æ Nguyễn-O'Hara", "X Æ"),
        707: ("Teller, Jr., \"Bob\" Robert", "Bob"),
        808: ("🦊 Renée Fuchs", "Renée"),
    ]

    /// The agency's own people; their position plus one is their desk, such as `007`.
    static let recruiters = DemoWords(
        """
        Amara Osei|Bruno Keller|Chiara Lunardi|Daniel O'Shea|Eva Lindqvist|Fatou Diop|Grzegorz Wrona|Hanna Schulz|
        Isabel Prado|
        Jonas Vermeer|Keiko Arai|Leila Haddad|Marta Sousa|Nils Ekberg|Olena Petrenko|Pierre Lacombe|Quinn Farrell|
        Rosa Ibáñez|
        Sunil Mehta|Tara Whelan|Umut Acar|Vera Novák|Wes Carter|Yara Mansouri
        """
    )
}
