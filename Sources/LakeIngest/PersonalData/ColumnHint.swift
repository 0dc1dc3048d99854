import LakeCore

/// What the name of a column says about its values.
struct ColumnHint {
    /// Kinds that the name speaks of.
    let kinds: Set<PersonalData.Kind>
    /// Kinds that the name speaks against: `order_number` holds no cards, whatever its digits add up to.
    let unlikely: Set<PersonalData.Kind>

    init(_ name: String) {
        let words = Self.words(name)
        let text = "_" + words.joined(separator: "_") + "_"
        func speaks(of phrases: [String]) -> Bool { phrases.contains { text.contains("_\($0)_") } }
        kinds = Set(Self.phrases.filter { speaks(of: $0.value) }.keys).subtracting(
            Self.contrary.filter { speaks(of: $0.value) }.keys
        )
        unlikely = Set(Self.contrary.filter { speaks(of: $0.value) }.keys)
    }

    /// The words of `emailAddress`, `EMAIL-ADDRESS` or `email address 2`, in lower case and without numbers at their ends.
    static func words(_ name: String) -> [String] {
        var words = [""]
        var last: Character = " "
        for character in name {
            let startsWord = character.isUppercase && last.isLowercase
            if !(character.isLetter || character.isNumber) || startsWord { words.append("") }
            if character.isLetter || character.isNumber {
                words[words.count - 1].append(contentsOf: character.lowercased())
            }
            last = character
        }
        return words.map { word in
            let bare = String(word.reversed().drop { $0.isNumber }.reversed())
            return bare == "icd" ? word : bare
        }.filter { !$0.isEmpty }
    }

    private static let phrases: [PersonalData.Kind: [String]] = [
        .email: ["email", "emails", "e_mail", "mail", "mailbox"],
        .phone: [
            "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "msisdn", "handy", "telefon",
        ],
        .ssn: ["ssn", "social_security", "socialsecurity", "tin", "itin", "tax_id", "national_id"],
        .iban: ["iban", "bank_account", "account_iban"],
        .card: ["card", "cards", "credit_card", "creditcard", "cc", "ccn", "card_number", "cardnumber", "pan"],
        .ip: ["ip", "ips", "ipv4", "ipv6", "ipaddress", "ipaddr", "remote_addr", "client_addr"],
        .salary: [
            "salary", "salaries", "wage", "wages", "compensation", "income", "remuneration", "payroll", "gross_pay",
            "net_pay", "base_pay", "annual_pay", "pay", "pay_rate", "bonus", "gehalt", "lohn", "salaire",
        ],
        .address: [
            "address", "addresses", "addr", "street", "street_name", "postal_address", "residence", "adresse",
            "strasse",
            "zip", "zipcode", "zip_code", "postcode", "postal_code", "plz",
        ],
        .medical: [
            "diagnosis", "diagnoses", "icd", "icd9", "icd10", "medical", "medication", "medications", "prescription",
            "allergy", "allergies", "blood_type", "blood_group", "mrn", "disease", "symptom", "symptoms", "treatment",
            "disability",
        ],
        .dateOfBirth: [
            "dob", "birth", "birthday", "birthdate", "birth_date", "born", "date_of_birth", "dateofbirth",
            "geburtsdatum",
        ],
        .personName: [
            "first_name", "firstname", "last_name", "lastname", "surname", "given_name", "family_name", "middle_name",
            "maiden_name", "forename", "full_name", "fullname", "person", "person_name", "employee_name",
            "patient_name",
            "customer_name", "contact_name", "candidate_name", "vorname", "nachname", "prenom",
        ],
    ]

    private static let contrary: [PersonalData.Kind: [String]] = [
        .phone: [
            "time", "timestamp", "epoch", "at", "date", "created", "updated", "version", "order", "invoice", "isbn",
            "sku", "part",
            "serial", "tracking", "zip", "postcode",
        ],
        .ssn: ["order", "invoice", "sku", "part", "serial", "tracking", "version", "phone", "isbn"],
        .card: [
            "order", "orders", "invoice", "sku", "part", "serial", "tracking", "isbn", "ean", "upc", "gtin", "imei",
            "timestamp",
            "epoch", "time", "id", "ids", "uuid", "hash",
        ],
        .ip: [
            "version", "versions", "ver", "release", "build", "firmware", "os", "driver", "semver", "section",
            "chapter",
        ],
        .address: ["ip", "email", "mail", "mac", "web", "url", "wallet", "memory", "address_id"],
        .salary: ["id", "date", "type", "currency", "status", "method", "name", "grade"],
        .dateOfBirth: ["place", "country", "city", "weight", "order"],
        .personName: [
            "file", "product", "company", "table", "column", "host", "user_agent", "street", "city", "country",
        ],
        .medical: ["id", "date", "count", "cost"],
    ]
}
