import LakeCore

/// Says what a column seems to hold of people, by its name and a sample of its values.
///
/// Rather silent than wrong: what only a shape speaks for needs a name that agrees, or nearly all values.
struct PersonalDataDetector {
    /// How the values of a column are written.
    private enum Family {
        case text, whole, fraction, time
    }

    private let family: Family?
    private let hint: ColumnHint
    /// Those that are neither NULL nor blank.
    private let values: [SampledText]

    /// - Parameters:
    ///   - name: Of the column.
    ///   - type: Of the column, in DuckDB's spelling.
    ///   - values: Some of its values as texts, without NULLs.
    init(name: String, type: String, values: [String]) {
        hint = ColumnHint(name)
        self.values = values.compactMap(SampledText.init)
        family =
            switch type {
            case "DATE": .time
            case "DOUBLE", "FLOAT": .fraction
            case "BIGINT", "INTEGER", "HUGEINT", "UBIGINT", "UINTEGER": .whole
            default:
                if type.hasPrefix("DECIMAL") {
                    type.hasSuffix(",0)") ? .whole : .fraction
                } else if type.hasPrefix("TIMESTAMP") {
                    .time
                } else {
                    type == "VARCHAR" || type == "JSON" || ["[", "(", "]", ")"].contains { type.contains($0) }
                        ? .text : nil
                }
            }
    }

    /// What was found, the surest first.
    var findings: [PersonalData] {
        guard let family else { return [] }
        return Self.kinds(of: family).compactMap(finding).sorted {
            ($1.confidence, $0.kind.rawValue) < ($0.confidence, $1.kind.rawValue)
        }
    }

    private static func kinds(of family: Family) -> [PersonalData.Kind] {
        switch family {
        case .text: PersonalData.Kind.allCases
        case .whole: [.card, .phone, .ssn, .salary]
        case .fraction: [.salary]
        case .time: [.dateOfBirth]
        }
    }

    /// What speaks for a kind.
    private struct Evidence {
        var matches: Int
        /// The confidence when nearly all values match and the name says nothing; 0 if that proves nothing.
        var alone = 0.0
        /// Whether few matches among other values count as well.
        var countsFew = false
        /// The most confidence there can be.
        var most = 0.99
    }

    private func finding(_ kind: PersonalData.Kind) -> PersonalData? {
        let isNamed = hint.kinds.contains(kind)
        if hint.unlikely.contains(kind) { return nil }
        let found = evidence(of: kind, isNamed: isNamed)
        let share = values.isEmpty ? 0 : Double(found.matches) / Double(values.count)
        var confidence: Double?
        if isNamed, values.isEmpty {
            confidence = 0.4
        } else if isNamed, share >= 0.05 {
            confidence = min(found.most, 0.6 + 0.4 * share)
        } else if share >= 0.8, found.alone > 0 {
            confidence = found.alone * (found.matches < 5 ? 0.7 : 1)
        } else if share > 0, found.countsFew {
            confidence = min(0.5 + 0.4 * share, found.most)
        }
        return confidence.map {
            PersonalData(
                kind: kind,
                confidence: ($0 * 100).rounded() / 100,
                matches: found.matches,
                sampled: values.count
            )
        }
    }

    private func evidence(of kind: PersonalData.Kind, isNamed: Bool) -> Evidence {
        switch kind {
        case .email: Evidence(matches: count { $0.hasAt && $0.holds(TextChecks.isEmail) }, alone: 0.95, countsFew: true)
        case .iban: Evidence(matches: count(Self.hasIBAN), alone: 0.99, countsFew: true)
        case .ssn: socialSecurity(isNamed: isNamed)
        case .card: cards
        case .phone:
            Evidence(matches: count { $0.digits >= 7 && TextChecks.isPhone($0.text, isNamed: isNamed) }, alone: 0.8)
        case .ip: addressesOfMachines
        case .salary: Evidence(matches: isNamed ? count(Self.isAmount) : 0, most: 0.9)
        case .address: addresses(isNamed: isNamed)
        case .medical: illnesses(isNamed: isNamed)
        case .dateOfBirth: Evidence(matches: isNamed ? count { TextChecks.isBirthDate($0.text) } : 0)
        case .personName: names(isNamed: isNamed)
        }
    }

    private func count(_ test: (SampledText) -> Bool) -> Int { values.count(where: test) }

    private static func hasIBAN(_ value: SampledText) -> Bool {
        value.digits >= 8 && (NumberChecks.isIBAN(value.text) || value.holds(NumberChecks.isIBAN))
    }

    /// Part numbers have the same shape: a few among others count only inside of texts.
    private func socialSecurity(isNamed: Bool) -> Evidence {
        let alone = count { NumberChecks.isSSN($0.text) || isNamed && NumberChecks.isSSN($0.text, isPlain: true) }
        let inside = count { $0.digits >= 9 && $0.tokens.contains { NumberChecks.isSSN($0) } }
        return Evidence(matches: alone + inside, alone: 0.8, countsFew: alone == 0)
    }

    /// One of ten numbers passes the check by chance: as many must be there, and nearly all of them pass.
    private var cards: Evidence {
        let alone = values.filter { $0.digits >= 13 && NumberChecks.isCard($0.text) }.map(\.text)
        var (inside, candidates) = (0, 0)
        for value in values where value.digits >= 13 && !value.tokens.isEmpty {
            let long = value.tokens.filter { (13...19).contains($0.utf8.count(where: NumberChecks.isDigit)) }
            if !long.isEmpty { candidates += 1 }
            if long.contains(where: NumberChecks.isCard) { inside += 1 }
        }
        let isLuck = 2 * inside < candidates
        return Evidence(
            matches: alone.count + (isLuck ? 0 : inside),
            alone: Set(alone).count < 10 ? 0.5 : 0.9,
            countsFew: alone.isEmpty
        )
    }

    /// Versions have four numbers as well, but small ones.
    private var addressesOfMachines: Evidence {
        let four = values.compactMap { $0.digits >= 4 ? NumberChecks.ipv4($0.text) : nil }
        let six = count { $0.hasColon && NumberChecks.isIPv6($0.text) }
        let large = four.count { $0[0] >= 10 && $0.contains { $0 >= 64 } }
        return Evidence(matches: four.count + six, alone: 2 * large >= four.count ? 0.85 : 0)
    }

    private func addresses(isNamed: Bool) -> Evidence {
        let found = count { value in
            value.digits > 0 && (TextChecks.isAddress(value.text) || isNamed && TextChecks.isPostalCode(value.text))
        }
        return Evidence(matches: found, alone: 0.75, most: 0.95)
    }

    private func illnesses(isNamed: Bool) -> Evidence {
        if isNamed { return Evidence(matches: values.count, most: 0.8) }
        let codes = values.filter { $0.digits >= 1 && TextChecks.isDiagnosis($0.text) }
        if 5 * codes.count >= 4 * values.count, 4 * codes.count(where: { $0.text.contains(".") }) >= values.count {
            return Evidence(matches: codes.count, alone: 0.6)
        }
        let told = count { TextChecks.isMedical($0.text) }
        return Evidence(matches: told, countsFew: 10 * told >= 3 * values.count, most: 0.7)
    }

    private func names(isNamed: Bool) -> Evidence {
        let written = count { $0.digits == 0 && TextChecks.isName($0.text) }
        if isNamed { return Evidence(matches: written, most: 0.95) }
        let full = count { $0.digits == 0 && TextChecks.isFullName($0.text) }
        // Many given names are in no list.
        let isMost = 2 * full >= values.count && 10 * written >= 9 * values.count
        return Evidence(matches: isMost ? full : 0, countsFew: isMost && full >= 3, most: 0.75)
    }

    private static func isAmount(_ value: SampledText) -> Bool {
        Double(value.text.filter { !",'_ €$£".contains($0) }).map { $0 > 0 } ?? false
    }
}
