public import LakeCore

/// How carefully the values of a column are to be treated, from anybody's to those of persons.
public enum Sensitivity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case `public`, `internal`, confidential, personal

    public static func < (a: Sensitivity, b: Sensitivity) -> Bool {
        allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
    }
}

/// What people say about a dataset; nothing of it changes rows or columns.
public struct DatasetCard: Hashable, Sendable, Codable {
    /// A page about the dataset.
    public struct Link: Hashable, Sendable, Codable {
        public var title: String?
        public var url: String

        public init(title: String? = nil, url: String) {
            self.title = title
            self.url = url
        }
    }

    /// What is said about a column.
    public struct ColumnNote: Hashable, Sendable, Codable {
        public var description: String?
        /// Nil: nobody has decided.
        public var sensitivity: Sensitivity?

        public init(description: String? = nil, sensitivity: Sensitivity? = nil) {
            self.description = description
            self.sensitivity = sensitivity
        }
    }

    public var description: String?
    public var owner: String?
    public var tags: [String] = []
    public var licence: String?
    public var links: [Link] = []
    /// Whether the dataset can be dropped only once this is taken back.
    public var isProtected = false
    /// The column that says when a row happened, by its field id.
    public var eventTimeColumn: Int?
    /// After how many seconds without news the dataset is stale.
    public var freshWithinSeconds: Int?
    /// By the columns' field ids.
    public var columns: [Int: ColumnNote] = [:]
    /// The version of the log that changed the card last; set when its transaction is applied.
    public var version = 0

    public init() {}

    enum CodingKeys: String, CodingKey {
        case description, owner, tags, licence, links, columns, version
        case isProtected = "is_protected"
        case eventTimeColumn = "event_time_column"
        case freshWithinSeconds = "fresh_within_s"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        description = try fields.decodeIfPresent(String.self, forKey: .description)
        owner = try fields.decodeIfPresent(String.self, forKey: .owner)
        tags = try fields.decodeIfPresent([String].self, forKey: .tags) ?? []
        licence = try fields.decodeIfPresent(String.self, forKey: .licence)
        links = try fields.decodeIfPresent([Link].self, forKey: .links) ?? []
        isProtected = try fields.decodeIfPresent(Bool.self, forKey: .isProtected) ?? false
        eventTimeColumn = try fields.decodeIfPresent(Int.self, forKey: .eventTimeColumn)
        freshWithinSeconds = try fields.decodeIfPresent(Int.self, forKey: .freshWithinSeconds)
        columns = try fields.decodeIfPresent([Int: ColumnNote].self, forKey: .columns) ?? [:]
        version = try fields.decodeIfPresent(Int.self, forKey: .version) ?? 0
    }

    /// For the history: what is said, and of how many columns something is.
    var json: AnyJSON {
        var fields: [String: AnyJSON] = [
            "tags": .array(tags.map(AnyJSON.text)), "links": .array(links.map { .text($0.url) }),
            "is_protected": .boolean(isProtected), "columns": .integer(Int64(columns.count)),
        ]
        fields["description"] = description.map(AnyJSON.text)
        fields["owner"] = owner.map(AnyJSON.text)
        fields["licence"] = licence.map(AnyJSON.text)
        fields["fresh_within_s"] = freshWithinSeconds.map { .integer(Int64($0)) }
        return .object(fields)
    }

    /// The same about other columns: notes follow the names, and those of columns that are gone go with them.
    func moved(from old: Schema, to new: Schema) -> DatasetCard {
        var card = self
        let places = Dictionary(new.columns.map { ($0.name.lowercased(), $0.fieldID) }) { first, _ in first }
        let moves = Dictionary(old.columns.map { ($0.fieldID, places[$0.name.lowercased()]) }) { first, _ in first }
        card.columns = [:]
        for (field, note) in columns { if case let place?? = moves[field] { card.columns[place] = note } }
        card.eventTimeColumn = eventTimeColumn.flatMap { moves[$0] ?? nil }
        return card
    }
}

/// What a program found in the rows of a dataset when they came.
public struct DatasetProfile: Hashable, Sendable, Codable {
    /// What columns seem to hold of people, by their field ids.
    public var personalData: [Int: [PersonalData]]
    /// The latest time in the card's column of event times, in RFC 3339.
    public var highWater: String?

    public init(personalData: [Int: [PersonalData]] = [:], highWater: String? = nil) {
        self.personalData = personalData
        self.highWater = highWater
    }

    /// What is known once more rows have come: of each kind the surer finding, and the later time.
    public func merging(_ other: DatasetProfile) -> DatasetProfile {
        var merged = self
        for (field, findings) in other.personalData {
            var known = merged.personalData[field] ?? []
            for finding in findings {
                if let place = known.firstIndex(where: { $0.kind == finding.kind }) {
                    if finding.confidence > known[place].confidence { known[place] = finding }
                } else {
                    known.append(finding)
                }
            }
            merged.personalData[field] = known
        }
        merged.highWater = [highWater, other.highWater].compactMap(\.self).max()
        return merged
    }

    enum CodingKeys: String, CodingKey {
        case personalData = "personal_data"
        case highWater = "high_water"
    }
}

extension Dataset {
    /// Has what is said and known about columns follow them into another schema, which the dataset has already.
    mutating func follow(from old: Schema) {
        card = card.moved(from: old, to: schema)
        let kept = Set(old.columns).intersection(schema.columns).map(\.fieldID)
        profile.personalData = profile.personalData.filter { kept.contains($0.key) }
    }

    /// The column that says when a row happened.
    public var eventTimeColumn: Column? {
        card.eventTimeColumn.flatMap { field in schema.columns.first { $0.fieldID == field } }
    }

    /// What a column holds of people is at least this sure before it counts as a proposal.
    private static let proposedFrom = 0.5

    /// That of the most sensitive column; nil when none is.
    public var sensitivity: Sensitivity? { schema.columns.compactMap { sensitivity(of: $0)?.level }.max() }

    /// How carefully the values of a column are to be treated, and whether that is a proposal nobody has decided on yet.
    public func sensitivity(of column: Column) -> (level: Sensitivity, isProposed: Bool)? {
        if let said = card.columns[column.fieldID]?.sensitivity { return (said, false) }
        let surest = profile.personalData[column.fieldID]?.map(\.confidence).max() ?? 0
        return surest >= Self.proposedFrom ? (.personal, true) : nil
    }
}
