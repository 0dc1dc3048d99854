/// Texts that look like what people write about themselves.
enum TextChecks {
    /// A mailbox at a domain with a top level of letters.
    static func isEmail(_ text: Substring) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), parts[1].utf8.count <= 253 else { return false }
        let (mailbox, labels) = (parts[0], parts[1].split(separator: ".", omittingEmptySubsequences: false))
        guard mailbox.first != ".", mailbox.last != ".", !mailbox.contains(".."),
            mailbox.allSatisfy({ $0.isLetter || $0.isNumber || ".!#$%&'*+/=?^_`{|}~-".contains($0) })
        else { return false }
        guard labels.count >= 2, let top = labels.last, top.count >= 2, top.allSatisfy(\.isLetter) else { return false }
        return labels.allSatisfy { label in
            !label.isEmpty && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
        }
    }

    /// A telephone number as it is written for people; `isNamed`: also as digits alone.
    static func isPhone(_ text: Substring, isNamed: Bool) -> Bool {
        var text = text
        if let extent = text.firstRange(of: " x") ?? text.firstRange(of: " ext") {
            guard text[extent.upperBound...].allSatisfy({ $0.isNumber || " .:".contains($0) }) else { return false }
            text = text[..<extent.lowerBound]
        }
        let isInternational = text.first == "+"
        if isInternational { text = text.dropFirst() }
        guard text.utf8.allSatisfy({ NumberChecks.isDigit($0) || "()-. /".utf8.contains($0) }) else { return false }
        let groups = text.split { !$0.isNumber }.map(\.utf8.count)
        let digits = groups.reduce(0, +)
        guard let last = groups.last, groups.count <= 6 else { return false }
        if isInternational { return (8...15).contains(digits) && last >= 2 }
        let isNorthAmerican = groups == [3, 3, 4] || groups == [1, 3, 3, 4]
        if isNorthAmerican, isPlausibleArea(text) { return text.contains("(") || !text.contains("/") }
        if isNamed { return (7...15).contains(digits) && (groups.count == 1 || last >= 2) && !isDate(groups) }
        return false
    }

    /// North American area codes begin with 2 to 9.
    private static func isPlausibleArea(_ text: Substring) -> Bool {
        let digits = text.filter(\.isNumber).suffix(10)
        return digits.first.map { $0 >= "2" } ?? false
    }

    private static func isDate(_ groups: [Int]) -> Bool { groups == [4, 2, 2] || groups == [2, 2, 4] }

    /// A house number and a word for a street, in one of several languages, or a post-office box.
    static func isAddress(_ text: Substring) -> Bool {
        let words = words(text)
        guard words.count >= 2, words.count <= 16, text.contains(where: \.isNumber) else { return false }
        if words.starts(with: ["po", "box"]) || words.starts(with: ["p", "o", "box"]) { return true }
        let hasNumber = words.contains { $0.first?.isNumber == true && $0.count <= 6 }
        return hasNumber
            && words.contains { word in
                streets.contains(word) || streetEndings.contains { word.hasSuffix($0) && word.count > $0.count }
            }
    }

    /// The digits and letters of a postal code.
    static func isPostalCode(_ text: Substring) -> Bool {
        (3...10).contains(text.utf8.count) && text.contains(where: \.isNumber)
            && text.allSatisfy { $0.isNumber || $0.isUppercase || " -".contains($0) }
    }

    /// A code of ICD-10: a letter, two digits and, behind a point, up to four more.
    static func isDiagnosis(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard (3...8).contains(bytes.count), (65...90).contains(bytes[0]), bytes[0] != UInt8(ascii: "U"),
            NumberChecks.isDigit(bytes[1]), NumberChecks.isDigit(bytes[2]) || bytes[2] == UInt8(ascii: "A")
        else { return false }
        if bytes.count == 3 { return true }
        return bytes[3] == UInt8(ascii: ".") && bytes.count > 4
            && bytes[4...].allSatisfy { NumberChecks.isDigit($0) || (65...90).contains($0) }
    }

    /// A word for an illness, a treatment or a drug.
    static func isMedical(_ text: Substring) -> Bool { words(text).contains(where: illnesses.contains) }

    /// One to four words as names of people are written: letters, an upper-case first.
    static func isName(_ text: Substring) -> Bool {
        let words = text.split(separator: " ")
        return (1...4).contains(words.count)
            && words.allSatisfy { word in
                word.first?.isUppercase == true && word.allSatisfy { $0.isLetter || "'’-.".contains($0) }
                    && word.count <= 30
            }
    }

    /// Two to four words of which the first is a frequent given name.
    static func isFullName(_ text: Substring) -> Bool {
        let words = text.split(separator: " ")
        return words.count >= 2 && isName(text) && givenNames.contains(words[0].lowercased())
    }

    /// The date that a text begins with could be somebody's day of birth.
    static func isBirthDate(_ text: Substring) -> Bool {
        let parts = text.prefix(10).split { !$0.isNumber }
        guard parts.count == 3, let year = parts.first(where: { $0.count == 4 }).flatMap({ Int($0) }) else {
            return false
        }
        return (1880...2030).contains(year)
    }

    private static func words(_ text: Substring) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    private static func list(_ text: String) -> Set<String> {
        Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
    }

    private static let streets = list(
        """
        street st avenue ave road rd lane ln boulevard blvd drive dr court ct plaza square sq highway hwy terrace crescent parkway
        pkwy strasse straße str platz allee weg gasse rue place quai chemin via viale piazza calle avenida paseo plaça rua straat laan
        """
    )

    private static let streetEndings = [
        "strasse", "straße", "gasse", "allee", "platz", "weg", "straat", "laan", "gatan",
    ]

    private static let illnesses = list(
        """
        diabetes diabetic hypertension asthma cancer carcinoma tumor tumour leukemia depression anxiety hiv aids hepatitis epilepsy
        migraine arthritis pneumonia bronchitis influenza anemia angina stroke dementia alzheimer parkinson schizophrenia copd obesity
        insulin metformin ibuprofen paracetamol aspirin amoxicillin penicillin statin chemotherapy dialysis biopsy fracture allergy
        """
    )

    private static let givenNames = list(
        """
        aaron adam ahmed alan albert alex alexander alexandra alice amanda amy ana andrea andrew angela anna anne anthony antonio
        barbara ben benjamin betty brian carlos carol caroline catherine charles charlotte chris christian christine christopher
        claire claudia cynthia daniel david deborah dennis diana diane donald donna dorothy edward elena elisabeth elizabeth emily
        emma eric eva fatima felix francis frank gary george giulia grace hannah hans harold heather helen henry ian ibrahim ingrid
        isabella jack jacob james jan jane janet jason jean jeffrey jennifer jessica joan john jonathan jose joseph joshua juan judith
        julia julie karen karl katherine kathleen kelly kenneth kevin kim klaus larry laura lauren leo lily linda lisa louis lucas
        lucia lucy luis luke margaret maria marie mario mark martha martin mary matthew maximilian megan melissa mia michael michelle
        miguel mohammed monika nancy natalie nicholas nicole noah nora oliver olivia pamela patricia patrick paul peter philip pierre
        rachel ralph raymond rebecca richard robert roger ronald rosa ruth ryan samantha samuel sandra sara sarah scott sean sofia
        sophia sophie stefan stephanie stephen steven susan teresa theresa thomas timothy tyler victoria vincent virginia walter
        wei william wolfgang yusuf zoe ada alan grace edsger barbara
        """
    )
}
