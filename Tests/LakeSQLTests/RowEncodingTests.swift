import Foundation
import LakeCore
import LakeSQL
import LakeTesting
import Testing

/// The texts that results are sent as.
@Suite struct RowEncodingTests {
    @Test(arguments: [
        (SQLValue.null, "null"), (.boolean(true), "true"), (.integer(-5), "-5"),
        (.integer(9_007_199_254_740_992), "9007199254740992"),
        (.integer(9_007_199_254_740_993), "\"9007199254740993\""),
        (.integer(.min), "\"-9223372036854775808\""), (.bigInteger("1"), "\"1\""), (.decimal("1.50"), "\"1.50\""),
        (.double(0.1), "0.1"), (.double(1e300), "1e+300"), (.double(-0.0), "-0.0"), (.double(.nan), "\"NaN\""),
        (.double(.infinity), "\"Infinity\""), (.double(-.infinity), "\"-Infinity\""),
        (.text("a\"b\\c\n\t\u{1}\u{1F}é🦆"), "\"a\\\"b\\\\c\\n\\t\\u0001\\u001fé🦆\""), (.text(""), "\"\""),
        (.blob([]), "\"\""), (.blob([1]), "\"AQ==\""), (.blob([1, 2]), "\"AQI=\""), (.blob([1, 2, 255]), "\"AQL/\""),
        (.list([.null, .list([])]), "[null,[]]"),
        (.record([("a", .integer(1)), ("b\"", .null)]), "{\"a\":1,\"b\\\"\":null}"),
        (.map([(.text("k"), .integer(1))]), "{\"k\":1}"),
        (.map([(.integer(1), .text("v"))]), "[{\"key\":1,\"value\":\"v\"}]"), (.formatted("12:00:00"), "\"12:00:00\""),
    ])
    func valuesAreJSON(_ value: SQLValue, _ json: String) throws {
        var bytes: [UInt8] = []
        RowEncoding.appendJSON(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == json)
        #expect(throws: Never.self) {
            try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        }
    }

    @Test(arguments: [
        (SQLValue.null, ""), (.text(""), "\"\""), (.text("a"), "a"), (.text("a,b"), "\"a,b\""),
        (.text("say \"hi\""), "\"say \"\"hi\"\"\""), (.text("a\nb"), "\"a\nb\""), (.text("a\rb"), "\"a\rb\""),
        (.integer(9_007_199_254_740_993), "9007199254740993"), (.decimal("1.50"), "1.50"), (.double(.nan), "NaN"),
        (.boolean(false), "false"), (.blob([1, 2, 255]), "AQL/"),
        (.list([.text("x"), .null]), "\"[\"\"x\"\",null]\""), (.record([]), "{}"),
    ])
    func valuesAreCSVFields(_ value: SQLValue, _ field: String) {
        var bytes: [UInt8] = []
        RowEncoding.appendCSV(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == field)
    }

    /// The fast path and the slow path are one.
    @Test func chunksEncodeAsTheirValuesDo() async throws {
        let lab = try await TrustedLab()
        let query = try await lab.session.batches(
            """
            SELECT range AS i, range * 1e15::BIGINT AS b, CASE WHEN range % 7 > 0 THEN 'n,' || range END AS s,
            (range / 8)::FLOAT AS f, range / 3 AS d, (range::DECIMAL(18,3) / 7)::DECIMAL(9,3) AS dec, range::UBIGINT * 1e15::UBIGINT AS u,
            range::HUGEINT AS h, range::VARCHAR::BLOB AS bl, [range, NULL] AS l, {'a': range, 'B c': 's'} AS r,
            MAP {range: 'v'} AS m, MAP {'k"': range} AS t, DATE '2020-01-01' + range::INTEGER AS dt, to_timestamp(range) AS z,
            to_hours(range::INTEGER) AS iv, uuid() AS id, range % 2 = 0 AS bo, (range % 3)::VARCHAR::ENUM('0', '1', '2') AS e,
            CASE WHEN range = 5 THEN 'nan'::DOUBLE WHEN range = 6 THEN '-inf'::DOUBLE END AS nf,
            CASE WHEN range = 5 THEN 'inf'::FLOAT END AS ff, range::BIGNUM AS bn, (range % 9)::TINYINT AS ti, '101'::BIT AS bit
            FROM range(5000)
            """
        )
        var encoders = [
            RowEncoder(.json, columns: query.columns), RowEncoder(.ndjson, columns: query.columns),
            RowEncoder(.csv, columns: query.columns),
        ]
        var encoded: [[UInt8]] = [[], [], []]
        var expected: [[UInt8]] = [[], [], []]
        while let batch = try await query.next() {
            for index in encoders.indices {
                #expect(encoders[index].append(batch, to: &encoded[index]) == batch.rowCount)
            }
            for row in 0..<batch.rowCount {
                let values = batch.row(row)
                if !expected[0].isEmpty { expected[0].append(44) }
                RowEncoding.appendJSON(.list(values), to: &expected[0])
                RowEncoding.appendJSON(.record(zip(query.columns, values).map { ($0.name, $1) }), to: &expected[1])
                expected[1].append(10)
                for (index, value) in values.enumerated() {
                    if index > 0 { expected[2].append(44) }
                    RowEncoding.appendCSV(value, to: &expected[2])
                }
                expected[2] += [13, 10]
            }
        }
        #expect(encoders[0].rowCount == 5000)
        #expect(encoded[0] == expected[0] && encoded[1] == expected[1] && encoded[2] == expected[2])
    }

    @Test func namesOfObjectsAreDistinct() async throws {
        let lab = try await TrustedLab()
        let query = try await lab.session.batches("SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a, 5 AS \"q\"\"\"")
        var encoder = RowEncoder(.ndjson, columns: query.columns)
        var bytes: [UInt8] = []
        while let batch = try await query.next() { _ = encoder.append(batch, to: &bytes) }
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"a\":1,\"a_3\":2,\"a_2\":3,\"a_4\":4,\"q\\\"\":5}\n")
    }

    @Test func aLimitOfBytesLeavesWholeRows() async throws {
        let lab = try await TrustedLab()
        let query = try await lab.session.batches("SELECT range AS n FROM range(100)")
        let batch = try #require(try await query.next())
        var encoder = RowEncoder(.csv, columns: query.columns, maxBytes: 3 + 10 * 3 + 4)
        var bytes: [UInt8] = []
        encoder.appendHeader(to: &bytes)
        #expect(encoder.append(batch, to: &bytes, enough: 9) == 2)
        #expect(encoder.append(batch, from: 2, to: &bytes) == 11 && encoder.isCut)
        #expect(encoder.rowCount == 11 && bytes.count == 37)
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("9\r\n10\r\n"))
    }
}
