import LakeCore
import LakeEngine
import LakeIngest

/// What a caller says about a file, in the query or in form fields.
struct IngestFields: Sendable {
    private(set) var values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// Adds a form field.
    mutating func add(_ name: String, _ value: String) throws(ServerError) {
        guard values.updateValue(value, forKey: name) == nil else {
            throw .invalidField(name: name, reason: "is given twice")
        }
    }

    /// The fields there are.
    static let parameters = [
        QueryParameter(
            name: "dataset",
            description: "The dataset's name; made of the file's name if not given.",
            schema: SchemaText.string
        ),
        QueryParameter(
            name: "mode",
            description: "create if not given.",
            schema: SchemaText.choice(IngestRequest.Mode.self)
        ),
        QueryParameter(
            name: "row_key",
            description: "The columns by which rows are the same, with commas between them; for an upsert.",
            schema: SchemaText.string
        ),
        QueryParameter(name: "name", description: "The file's name.", schema: SchemaText.string),
        QueryParameter(
            name: "format",
            description: "Found from the content if not given.",
            schema: SchemaText.choice(FileFormat.self)
        ),
        QueryParameter(
            name: "header",
            description: "Whether the first line of a CSV file names its columns; found if not given.",
            schema: SchemaText.boolean
        ),
        QueryParameter(
            name: "delimiter",
            description: "Between the values of a CSV file: one character, or tab; found if not given.",
            schema: SchemaText.string
        ),
        QueryParameter(
            name: "split",
            description: "What a row of a text file is; paragraph if not given.",
            schema: SchemaText.choice(TextSplit.self)
        ),
        QueryParameter(
            name: "schema_changes",
            description: "What becomes of a file with other columns than the dataset's; auto if not given.",
            schema: SchemaText.choice(IngestRequest.SchemaChanges.self)
        ),
    ]

    /// The form's schema: the same fields and the file.
    static var form: JSONValue {
        let file = JSONValue.object(("type", "string"), ("format", "binary"))
        let fields = parameters.map { Field($0.name, $0.schema, $0.description, optional: true) }
        return ObjectSchema(name: "", fields: [Field("file", file)] + fields, isClosed: true).json
    }

    /// What the fields ask for.
    ///
    /// - Parameter fileName: The file's own name, which the field `name` overrules.
    /// - Returns: The request.
    /// - Throws: `ServerError.invalidField`, `ServerError.missingField`.
    func request(fileName: String?) throws(ServerError) -> IngestRequest {
        guard let fileName = values["name"] ?? fileName, !fileName.isEmpty else { throw .missingField(name: "name") }
        guard fileName.utf8.count <= 255 else {
            throw .invalidField(name: "name", reason: "must be at most 255 bytes long")
        }
        var request = IngestRequest(
            fileName: fileName,
            dataset: values["dataset"],
            mode: try choice("mode") ?? .create,
            rowKey: (values["row_key"] ?? "").split(separator: ",").map(String.init),
            format: try choice("format"),
            header: try header(),
            delimiter: try delimiter(),
            split: try choice("split") ?? .paragraph
        )
        request.schemaChanges = try choice("schema_changes") ?? .auto
        return request
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(ServerError) -> Choice? {
        guard let text = values[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .invalidField(name: name, reason: .mustBeOne(of: Choice.self, not: text))
        }
        return choice
    }

    private func header() throws(ServerError) -> Bool? {
        guard let text = values["header"] else { return nil }
        guard let header = Bool(text) else { throw .invalidField(name: "header", reason: "must be true or false") }
        return header
    }

    private func delimiter() throws(ServerError) -> Character? {
        guard let text = values["delimiter"] else { return nil }
        if text == "tab" || text == #"\t"# { return "\t" }
        guard text.count == 1, let delimiter = text.first else {
            throw .invalidField(name: "delimiter", reason: "must be one character, or tab")
        }
        return delimiter
    }
}

/// Reads an ingest form part by part; its fields may stand before or behind its file.
struct IngestForm: Sendable {
    /// The longest a field's value may be.
    static let valueBytesMax = 4 << 10

    private var fields: IngestFields
    private var fileName: String?
    /// The field that is being read; nil within the file.
    private var field: (name: String, value: [UInt8])?

    init(fields: IngestFields) { self.fields = fields }

    /// Takes the next event in.
    ///
    /// - Returns: Bytes of the file, when it is such.
    mutating func take(_ event: MultipartParser.Event) throws(ServerError) -> [UInt8]? {
        switch event {
        case .part(let head): try begin(head)
        case .bytes(let bytes):
            guard field != nil else { return bytes }
            try append(bytes)
        case .partEnd: try end()
        }
        return nil
    }

    /// What the whole form asks for.
    func request() throws(ServerError) -> IngestRequest {
        guard let fileName else { throw .missingField(name: "file") }
        return try fields.request(fileName: fileName)
    }

    private mutating func begin(_ head: MultipartHead) throws(ServerError) {
        if head.name == "file" {
            guard fileName == nil else {
                throw .invalidField(name: "file", reason: "is given twice; send one file at a time")
            }
            fileName = head.fileName ?? ""
            field = nil
            return
        }
        let allowed = IngestFields.parameters.map(\.name)
        guard allowed.contains(head.name) else {
            throw .unknownField(
                name: String(head.name.prefix(64)),
                nearest: nearestNames(to: head.name, in: allowed + ["file"]),
                allowed: allowed + ["file"]
            )
        }
        field = (head.name, [])
    }

    private mutating func append(_ bytes: [UInt8]) throws(ServerError) {
        guard let name = field?.name, let count = field?.value.count, count + bytes.count <= Self.valueBytesMax else {
            throw .invalidField(name: field?.name ?? "", reason: "is longer than \(Self.valueBytesMax) bytes")
        }
        field = (name, (field?.value ?? []) + bytes)
    }

    private mutating func end() throws(ServerError) {
        guard let (name, value) = field else { return }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw .invalidField(name: name, reason: "is not UTF-8")
        }
        try fields.add(name, text)
        field = nil
    }
}
