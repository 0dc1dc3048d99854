import LakeCore

/// Turns what the library says into what a caller may read: no paths, no row values, no rewritten SQL.
enum ErrorCleaner {
    /// - Parameters:
    ///   - raw: The library's message: one JSON object, perhaps after its kind; or text.
    ///   - sql: The statement that ran, to find the place in.
    /// - Returns: The kind, and a message with neither paths nor row values.
    static func failure(raw: String, sql: String?) -> StatementFailure {
        let object = raw.firstIndex(of: "{").flatMap { try? JSONTree(parsing: String(raw[$0...]), maxDepth: 8) }
        let kindName =
            object?["exception_type"]?.string ?? String(raw.prefix { $0 != ":" }).replacing(" Error", with: "")
        let message = object?["exception_message"]?.string ?? raw
        let (kind, code) = isFullDisk(message) ? (.exhausted, "no_space") : classify(kindName)
        let offset = object?["position"]?.string.flatMap { Int($0) }
        return StatementFailure(
            kind: kind,
            code: code,
            message: text(of: message, code: code),
            position: offset.flatMap { offset in sql.map { SourcePosition(offset: offset, in: $0) } },
            rawMessage: message
        )
    }

    /// The library says it in words alone: of a file that cannot be written, or of spilling that has a limit.
    private static func isFullDisk(_ message: String) -> Bool {
        ["No space left on device", "Disk quota exceeded", "max_temp_directory_size"].contains(where: message.contains)
    }

    private static func classify(_ name: String) -> (FailureKind, String) {
        switch name.lowercased() {
        case "parser", "syntax": (.invalid, "syntax_error")
        case "binder": (.invalid, "binder_error")
        case "catalog": (.invalid, "catalog_error")
        case "conversion": (.invalid, "conversion_error")
        case "out of range", "divide by zero", "decimal": (.invalid, "out_of_range")
        case "mismatch type", "invalid type", "unknown type": (.invalid, "type_error")
        case "not implemented": (.unsupported, "not_implemented")
        case "out of memory": (.exhausted, "out_of_memory")
        case "interrupt": (.cancelled, "interrupted")
        case "io", "http", "network", "connection": (.unavailable, "io_error")
        case "permission": (.forbidden, "permission")
        case "internal", "fatal", "nullpointer", "serialization": (.internal, "engine_error")
        default: (.invalid, "invalid_input")
        }
    }

    private static func text(of message: String, code: String) -> String {
        switch code {
        case "out_of_memory":
            "The query needs more memory than the pool 'queries' has: ask for fewer rows, columns or groups, or try again "
                + "when fewer run."
        case "no_space": "The lake's disk or quota is full; free some space and retry."
        case "interrupted": "The query was interrupted."
        case "io_error": "A file could not be read or written."
        case "permission": "The statement reaches for something outside the lake."
        case "engine_error": "The SQL engine failed on this statement."
        case "syntax_error", "binder_error", "catalog_error", "type_error", "not_implemented": names(in: message)
        default: withoutValues(message)
        }
    }

    /// Messages of the binder hold names, which the caller wrote or may see: the first sentence and the suggestions.
    private static func names(in message: String) -> String {
        let lines = message.split(separator: "\n").map { line in line.drop { $0 == " " || $0 == "\t" } }
        var kept = lines.prefix(1).map(String.init)
        for line in lines.dropFirst() where ["Candidate", "Did you mean"].contains(where: line.hasPrefix) {
            kept.append(String(line))
        }
        if let index = lines.firstIndex(where: { $0.hasPrefix("Candidate functions") }) {
            kept.append(lines[(index + 1)...].prefix(3).joined(separator: "; "))
        }
        let text = kept.joined(separator: " ")
            .split(separator: " ")
            .map { $0.count(where: { $0 == "/" }) > 1 && $0.contains { $0.isLetter } ? "…" : $0 }
            .joined(separator: " ")
        return text.count > 500 ? text.prefix(500) + "…" : text
    }

    /// Messages of the executor hold values: everything in quotes goes, and every number that stands alone.
    private static func withoutValues(_ message: String) -> String {
        var text = message[...]
        for mark: Character in ["'", "\""] {
            guard let first = opening(mark, in: text), let last = text.lastIndex(of: mark) else { continue }
            // From the first mark to the last: a value may hold marks of its own.
            let rest = first == last ? "" : text[text.index(after: last)...]
            text = text[..<first] + "…" + rest
        }
        let line = text.prefix { $0 != "\n" }
        let clause = line.firstRange(of: ": ").map { line[..<$0.lowerBound] } ?? line
        return withoutNumbers(clause.prefix(300))
    }

    /// The first mark that is no apostrophe.
    private static func opening(_ mark: Character, in text: Substring) -> Substring.Index? {
        text.indices.first { index in
            text[index] == mark
                && (index == text.startIndex || !text[text.index(before: index)].isLetter)
        }
    }

    /// `text` with every number as `…`, but for those in the names of types such as INT32 and DECIMAL(18,3).
    private static func withoutNumbers(_ text: Substring) -> String {
        var kept = ""
        var isInType = false
        for character in text {
            if character == "(" { isInType = kept.last?.isLetter ?? false }
            if character == ")" { isInType = false }
            let follows = kept.last
            let isNumberPart = character.isNumber || (character == "." && follows == "…")
            guard isNumberPart, !isInType, follows.map({ !$0.isLetter && !$0.isNumber }) ?? true else {
                kept.append(character)
                continue
            }
            if kept.last == "-" { kept.removeLast() }
            if kept.last != "…" { kept.append("…") }
        }
        return kept
    }
}
