import LakeCore
import Testing

@Suite struct TypeWideningTests {
    @Test(
        arguments: [
            ("INTEGER", "BIGINT", .always), ("BIGINT", "INTEGER", .never), ("UINTEGER", "BIGINT", .always),
            ("UBIGINT", "BIGINT", .never), ("INTEGER", "UBIGINT", .never), ("BIGINT", "DECIMAL(19,0)", .always),
            ("BIGINT", "DECIMAL(20,2)", .never), ("BIGINT", "DOUBLE", .ifValuesAllow), ("INTEGER", "DOUBLE", .always),
            ("INTEGER", "FLOAT", .never), ("SMALLINT", "FLOAT", .always), ("FLOAT", "DOUBLE", .always),
            ("DOUBLE", "FLOAT", .never), ("DECIMAL(10,2)", "DECIMAL(12,3)", .always),
            ("DECIMAL(10,2)", "DECIMAL(10,3)", .never), ("DECIMAL(10,2)", "DOUBLE", .never),
            ("DATE", "TIMESTAMP", .ifValuesAllow), ("TIMESTAMP", "DATE", .never), ("DATE", "VARCHAR", .always),
            ("VARCHAR", "DATE", .never), ("BIGINT[]", "DOUBLE[]", .never), ("BOOLEAN", "BIGINT", .never),
        ] as [(String, String, TypeWidening)]
    )
    func whatATypeCanTake(_ narrow: String, _ wide: String, _ expected: TypeWidening) {
        #expect(TypeWidening(from: narrow, to: wide) == expected)
    }

    @Test(
        arguments: [
            ("INTEGER", "BIGINT", "BIGINT"), ("TINYINT", "UTINYINT", "SMALLINT"), ("INTEGER", "UINTEGER", "BIGINT"),
            ("BIGINT", "UBIGINT", nil), ("BIGINT", "DOUBLE", "DOUBLE"), ("BIGINT", "DECIMAL(12,2)", "DECIMAL(21,2)"),
            ("DECIMAL(10,4)", "DECIMAL(12,2)", "DECIMAL(14,4)"), ("DECIMAL(38,0)", "DECIMAL(10,2)", nil),
            ("DECIMAL(12,2)", "DOUBLE", nil), ("DATE", "TIMESTAMP", "TIMESTAMP"), ("BIGINT", "VARCHAR", nil),
            ("UINTEGER", "SMALLINT", "BIGINT"), ("BIGINT", "UTINYINT", "BIGINT"),
        ] as [(String, String, String?)]
    )
    func theNarrowestTypeForBoth(_ one: String, _ other: String, _ expected: String?) {
        #expect(TypeWidening.common(one, other) == expected)
        #expect(TypeWidening.common(other, one) == expected)
    }
}
