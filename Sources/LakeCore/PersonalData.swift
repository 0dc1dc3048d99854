/// What a column seems to hold of people.
public struct PersonalData: Hashable, Sendable, Codable {
    /// What it could be.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case email, phone, ssn, iban, card, ip, salary, address, medical
        case dateOfBirth = "date_of_birth"
        case personName = "person_name"
    }

    public var kind: Kind
    /// From 0, surely not, to 1, surely.
    public var confidence: Double
    /// How many of the values that were looked at are of the kind.
    public var matches: Int
    /// How many values were looked at; NULLs are none.
    public var sampled: Int

    public init(kind: Kind, confidence: Double, matches: Int, sampled: Int) {
        self.kind = kind
        self.confidence = confidence
        self.matches = matches
        self.sampled = sampled
    }
}
