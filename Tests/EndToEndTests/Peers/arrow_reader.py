"""Reads answers of a server with the libraries that analysts use, and compares them with what the SQL engine says by itself.

Usage: arrow_reader.py URL. Prints one JSON object: how many checks there were, and what did not agree.
"""
import datetime
import decimal
import http.client
import io
import json
import sys
import urllib.error
import urllib.request
import uuid
import zoneinfo

import duckdb
import polars
import pyarrow
import pyarrow.ipc
import pyarrow.parquet

URL = sys.argv[1]
ARROW = "application/vnd.apache.arrow.stream"
UTC = zoneinfo.ZoneInfo("UTC")
DAY = datetime.date(2024, 2, 29)
TIME = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456)
ID = "7fffffff-ffff-4fff-8fff-0123456789ab"


def labels(count):
    return "ENUM(" + ", ".join(f"'l{number}'" for number in range(count)) + ")"


# SQL type, values in SQL, Arrow type, values in Python, and the type DuckDB reads it back as, where that is another.
CASES = [
    ("BOOLEAN", ["true", "false"], "bool", [True, False], None),
    ("TINYINT", ["-128", "127"], "int8", [-128, 127], None),
    ("SMALLINT", ["-32768", "32767"], "int16", [-32768, 32767], None),
    ("INTEGER", ["-2147483648", "2147483647"], "int32", [-2147483648, 2147483647], None),
    ("BIGINT", ["-9223372036854775808", "9007199254740993"], "int64", [-9223372036854775808, 9007199254740993], None),
    ("UTINYINT", ["255"], "uint8", [255], None),
    ("USMALLINT", ["65535"], "uint16", [65535], None),
    ("UINTEGER", ["4294967295"], "uint32", [4294967295], None),
    ("UBIGINT", ["18446744073709551615"], "uint64", [18446744073709551615], None),
    ("HUGEINT", ["-" + "9" * 38, "9" * 38, "18446744073709551616", "-1"], "decimal128(38, 0)",
     [decimal.Decimal("-" + "9" * 38), decimal.Decimal("9" * 38), decimal.Decimal(2**64), decimal.Decimal(-1)],
     "DECIMAL(38,0)"),
    ("UHUGEINT", ["9" * 38, "0"], "decimal128(38, 0)", [decimal.Decimal("9" * 38), decimal.Decimal(0)], "DECIMAL(38,0)"),
    ("BIGNUM", ["'" + "9" * 60 + "'"], "string", ["9" * 60], "VARCHAR"),
    ("FLOAT", ["0.5", "'nan'", "'-infinity'"], "float", [0.5, float("nan"), float("-inf")], None),
    ("DOUBLE", ["0.1", "5e-324"], "double", [0.1, 5e-324], None),
    ("DECIMAL(4,1)", ["999.9", "-0.1"], "decimal128(4, 1)", [decimal.Decimal("999.9"), decimal.Decimal("-0.1")], None),
    ("DECIMAL(9,2)", ["-0.01"], "decimal128(9, 2)", [decimal.Decimal("-0.01")], None),
    ("DECIMAL(18,6)", ["999999999999.999999"], "decimal128(18, 6)", [decimal.Decimal("999999999999.999999")], None),
    ("DECIMAL(38,10)", ["-9999999999999999999999999999.0123456789"], "decimal128(38, 10)",
     [decimal.Decimal("-9999999999999999999999999999.0123456789")], None),
    ("VARCHAR", ["''", "'twelve chars'", "'Zürich 日本 🦆 and more'"], "string",
     ["", "twelve chars", "Zürich 日本 🦆 and more"], None),
    ("JSON", ["'{\"a\": [1, null]}'"], "extension<arrow.json>", ["{\"a\": [1, null]}"], None),
    ("ENUM('red', 'green', 'Łódź')", ["'green'", "'Łódź'"], "dictionary<values=string, indices=uint8, ordered=0>",
     ["green", "Łódź"], "VARCHAR"),
    # Labels are numbered with one byte up to 255 of them, then with two.
    (labels(255), ["'l254'", "'l0'"], "dictionary<values=string, indices=uint8, ordered=0>", ["l254", "l0"], "VARCHAR"),
    (labels(256), ["'l255'", "'l0'"], "dictionary<values=string, indices=uint16, ordered=0>", ["l255", "l0"], "VARCHAR"),
    (labels(300), ["'l299'", "'l44'"], "dictionary<values=string, indices=uint16, ordered=0>", ["l299", "l44"], "VARCHAR"),
    ("BLOB", ["''", "'\\x00\\xFFab'"], "binary", [b"", b"\x00\xffab"], None),
    ("BIT", ["'101010101'"], "string", ["101010101"], "VARCHAR"),
    ("UUID", [f"'{ID}'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"], "extension<arrow.uuid>",
     [uuid.UUID(ID), uuid.UUID(int=2**128 - 1)], None),
    ("DATE", ["'2024-02-29'", "'0001-01-01'"], "date32[day]", [DAY, datetime.date(1, 1, 1)], None),
    ("TIME", ["'12:30:15.123456'"], "time64[us]", [TIME.time()], None),
    ("TIME_NS", ["'12:30:15.123456'"], "time64[ns]", [TIME.time()], None),
    ("TIME WITH TIME ZONE", ["'12:30:15+02'"], "string", ["12:30:15+02"], "VARCHAR"),
    ("TIMESTAMP", ["'2024-02-29 12:30:15.123456'"], "timestamp[us]", [TIME], None),
    ("TIMESTAMP_S", ["'2024-02-29 12:30:15'"], "timestamp[s]", [TIME.replace(microsecond=0)], None),
    ("TIMESTAMP_MS", ["'2024-02-29 12:30:15.123'"], "timestamp[ms]", [TIME.replace(microsecond=123000)], None),
    ("TIMESTAMP_NS", ["'2024-02-29 12:30:15.123456'"], "timestamp[ns]", [TIME], None),
    ("TIMESTAMP WITH TIME ZONE", ["'2024-02-29 14:30:15.123456+02'"], "timestamp[us, tz=UTC]",
     [TIME.replace(tzinfo=UTC)], None),
    ("INTERVAL", ["'14 months -3 days 1.5 seconds'"], "month_day_nano_interval",
     [pyarrow.MonthDayNano((14, -3, 1_500_000_000))], None),
    ("INTEGER[]", ["[1, NULL, 3]", "[]"], "list<item: int32>", [[1, None, 3], []], None),
    ("VARCHAR[][]", ["[['a', NULL], NULL, []]", "[['longer than twelve']]"], "list<item: list<item: string>>",
     [[["a", None], None, []], [["longer than twelve"]]], None),
    ("INTEGER[3]", ["[1, NULL, 3]", "[4, 5, 6]"], "fixed_size_list<item: int32>[3]", [[1, None, 3], [4, 5, 6]], None),
    ("STRUCT(a INTEGER, \"b c\" VARCHAR[])", ["{'a': 1, 'b c': ['x', NULL]}", "{'a': NULL, 'b c': NULL}"],
     "struct<a: int32, b c: list<item: string>>", [{"a": 1, "b c": ["x", None]}, {"a": None, "b c": None}], None),
    ("ENUM('x', 'y')[]", ["['y', NULL, 'x']"], "list<item: dictionary<values=string, indices=uint8, ordered=0>>",
     [["y", None, "x"]], "VARCHAR[]"),
    ("MAP(VARCHAR, DECIMAL(9,2))", ["MAP {'k': 1.5, 'l': NULL}", "MAP {}"], "map<string, decimal128(9, 2)>",
     [[("k", decimal.Decimal("1.50")), ("l", None)], []], None),
    ("UNION(num INTEGER, str VARCHAR)", ["union_value(num := 7)", "union_value(str := 'seven')"],
     "sparse_union<num: int32=0, str: string=1>", [7, "seven"], None),
]

# What polars has no type for; it says so rather than reading something else.
NOT_IN_POLARS = {"INTERVAL", "UNION(num INTEGER, str VARCHAR)"}

problems = []
checks = 0


def check(what, got, wanted):
    global checks
    checks += 1
    # NaN is not itself.
    if repr(got) != repr(wanted):
        problems.append(f"{what}: {got!r} instead of {wanted!r}")


def ask(sql, accept=ARROW, **more):
    body = json.dumps({"sql": sql, **more}).encode()
    headers = {"Content-Type": "application/json", "Accept": accept}
    return urllib.request.urlopen(urllib.request.Request(f"{URL}/query/sql", body, headers), timeout=60)


def query(kind, values):
    rows = ", ".join(f"(CAST({value} AS {kind}))" for value in values + ["NULL"] * 2 + values[:1])
    return f"SELECT * FROM (VALUES {rows}) AS t(v)"


def read_types():
    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'")
    for kind, values, arrow, wanted, back in CASES:
        wanted = wanted + [None, None] + wanted[:1]
        try:
            answer = ask(query(kind, values)).read()
        except urllib.error.HTTPError as error:
            problems.append(f"{kind}: {error.read().decode()}")
            continue
        table = pyarrow.ipc.open_stream(answer).read_all()
        table.validate(full=True)
        field = table.schema.field("v")
        plain = str(field.type).replace(" ('arrow.json')", "").replace("extension<arrow.json[string]>", "extension<arrow.json>")
        check(f"{kind} as Arrow's type", plain, arrow)
        check(f"{kind} by name", (field.metadata or {}).get(b"sql_type", b"").decode().replace('"', ""),
              kind.replace('"', ""))
        check(f"{kind} by pyarrow", table["v"].to_pylist(), wanted)
        engine.register("read", table)
        got = engine.execute("SELECT typeof(v), v::VARCHAR FROM read").fetchall()
        reference = engine.execute(f"SELECT typeof(v), v::VARCHAR FROM ({query(kind, values)})").fetchall()
        check(f"{kind} by duckdb", [row[1] for row in got], [row[1] for row in reference])
        check(f"{kind} as DuckDB's type", got[0][0], back or reference[0][0])
        if kind not in NOT_IN_POLARS:
            check(f"{kind} by polars", polars.read_ipc_stream(io.BytesIO(answer)).height, len(wanted))
        empty = pyarrow.ipc.open_stream(ask(query(kind, values) + " WHERE v IS NOT NULL AND false")).read_all()
        check(f"{kind} without rows", (empty.num_rows, empty.schema), (0, table.schema))


def read_polars():
    frame = polars.read_ipc_stream(io.BytesIO(ask(
        "SELECT range AS id, 'name ' || range AS name, (range / 4)::DECIMAL(9,2) AS price, DATE '2024-01-01' + range::INTEGER AS day, "
        "(CASE range % 2 WHEN 0 THEN 'even' ELSE 'odd' END)::ENUM('odd', 'even') AS kind, [range, NULL] AS list, "
        "{'a': range} AS record FROM range(3)").read()))
    check("polars", frame.rows(), [
        (n, f"name {n}", decimal.Decimal(n * 25).scaleb(-2), datetime.date(2024, 1, 1 + n), "odd" if n % 2 else "even", [n, None], {"a": n})
        for n in range(3)])


def read_many():
    """More rows than a batch has, NULLs that begin late, and long texts."""
    sql = ("SELECT range AS id, CASE WHEN range > 70000 AND range % 3 = 0 THEN NULL ELSE range END AS sparse, "
           "range % 2 = 0 AS even, CASE WHEN range % 7 = 0 THEN NULL ELSE repeat('x', (range % 40)::INTEGER) END AS text, "
           "[range, range + 1][1:(range % 3)::INTEGER] AS list, {'a': range, 'b': NULLIF(range % 5, 0)} AS record FROM range(200000)")
    answer = ask(sql)
    reader = pyarrow.ipc.open_stream(answer)
    batches = list(reader)
    check("rows of the batches", (sum(batch.num_rows for batch in batches), len(batches) < 6), (200000, True))
    narrow = pyarrow.ipc.open_stream(ask("SELECT range AS v FROM range(200000)"))
    check("rows of narrow batches", [batch.num_rows for batch in narrow], [65536, 65536, 65536, 3392])
    table = pyarrow.Table.from_batches(batches)
    table.validate(full=True)
    engine = duckdb.connect()
    engine.register("read", table)
    sums = "SELECT sum(hash(t)) FROM {} AS t"
    check("sum over the rows", engine.execute(sums.format("read")).fetchall(), engine.execute(sums.format(f"({sql})")).fetchall())
    check("largest batch", max(batch.nbytes for batch in batches) < 8 << 20, True)
    long = pyarrow.ipc.open_stream(ask("SELECT repeat('ab', 500000) AS v FROM range(40)"))
    sizes = [batch.num_rows for batch in long]
    check("long rows are in small batches", (sum(sizes), max(sizes) <= 5), (40, True))


def read_parquet():
    sql = ("SELECT (range || repeat('0', 30))::HUGEINT AS huge, (range / 4)::DECIMAL(9,2) AS price, [range::UHUGEINT, NULL] AS list, "
           "TIME WITH TIME ZONE '10:00:00+02' AS clock, uuid() AS id, INTERVAL '1 month' AS span, {'a': range} AS record, "
           "CASE WHEN range = 1 THEN NULL ELSE 'x' END AS text FROM range(3) ORDER BY range DESC")
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(ask(sql, "application/vnd.apache.parquet").read()))
    check("huge numbers in Parquet", table["huge"].to_pylist(), [decimal.Decimal(n * 10**30) for n in (2, 1, 0)])
    check("huge numbers in lists", str(table.schema.field("list").type.value_type), "decimal128(38, 0)")
    check("other values in Parquet", [table[name].to_pylist() for name in ("clock", "record", "text")],
          [["10:00:00+02"] * 3, [{"a": 2}, {"a": 1}, {"a": 0}], ["x", None, "x"]])
    frame = polars.read_parquet(io.BytesIO(ask("SELECT range AS n FROM range(5)", "application/vnd.apache.parquet", max_rows=2).read()))
    check("Parquet by polars", frame["n"].to_list(), [0, 1])
    empty = ask("SELECT 1 AS a WHERE false", "application/vnd.apache.parquet").read()
    check("Parquet without rows", pyarrow.parquet.read_table(pyarrow.BufferReader(empty)).num_rows, 0)


def read_limits():
    check("cut rows", pyarrow.ipc.open_stream(ask("SELECT range AS v FROM range(100)", max_rows=7)).read_all()["v"].to_pylist(),
          list(range(7)))
    answer = ask("SELECT range AS v FROM range(100)", max_bytes=80)
    check("cut bytes", pyarrow.ipc.open_stream(answer.read()).read_all()["v"].to_pylist(), list(range(10)))
    check("more is said", answer.headers["X-Lakehouse-Has-More"], "true")
    check("names are distinct", pyarrow.ipc.open_stream(ask("SELECT 1 AS a, 2 AS a")).read_all().column_names, ["a", "a_2"])
    for sql in ["SELECT 170141183460469231731687303715884105727::HUGEINT AS v", "SELECT INTERVAL '9000000000 seconds' * 2 AS v"]:
        try:
            ask(sql).read()
            problems.append(f"{sql}: answered")
        except urllib.error.HTTPError as error:
            check(sql, (error.code, json.load(error)["code"]), (400, "out_of_range"))
    # What lies behind a NULL of a batch must be nothing.
    hidden = pyarrow.ipc.open_stream(ask("SELECT CASE WHEN range < 0 THEN range + 4242 END AS v FROM range(10)")).read_all()
    check("behind NULL", bytes(hidden["v"].chunk(0).buffers()[1]).strip(b"\0"), b"")
    try:
        pyarrow.ipc.open_stream(ask(
            "SELECT range AS v, CASE WHEN range = 900000 THEN 'x' ELSE '1' END::INTEGER AS w FROM range(1000000)")).read_all()
        problems.append("an answer that failed on the way passed for whole")
    except (OSError, pyarrow.ArrowInvalid, urllib.error.HTTPError, http.client.HTTPException):
        check("cut off", True, True)


def write_and_read_back():
    dictionary = pyarrow.array(["x", None, "y"]).dictionary_encode()
    table = pyarrow.table({
        "id": pyarrow.array([1, 2, 3], pyarrow.int64()), "half": pyarrow.array([0.5, None, -2.0], pyarrow.float16()),
        "large": pyarrow.array(["a", None, "long " * 50], pyarrow.large_string()),
        "view": pyarrow.array(["short", "longer than twelve bytes", None], pyarrow.string_view()),
        "bytes": pyarrow.array([b"\x00\xff", b"", None], pyarrow.large_binary()), "label": dictionary,
        "price": pyarrow.array([decimal.Decimal("-1.05"), None, decimal.Decimal("3.00")], pyarrow.decimal128(9, 2)),
        "wide": pyarrow.array([decimal.Decimal("-7"), None, decimal.Decimal("9")], pyarrow.decimal256(20, 0)),
        "seen": pyarrow.array([0, 1_700_000_000_000, None], pyarrow.timestamp("ms")),
        "zoned": pyarrow.array([0, 1_700_000_000_000_000_000, None], pyarrow.timestamp("ns", "Europe/Berlin")),
        "day": pyarrow.array([0, 19_000, None], pyarrow.date32()), "clock": pyarrow.array([1, None, 86_399], pyarrow.time32("s")),
        "list": pyarrow.array([[1], [], None], pyarrow.large_list(pyarrow.int16())),
        "pair": pyarrow.array([[1, 2], None, [3, 4]], pyarrow.list_(pyarrow.int8(), 2)),
        "record": pyarrow.array([{"a": 1, "b": ["x"]}, None, {"a": None, "b": []}]),
        "pairs": pyarrow.array([[("k", 1)], [], None], pyarrow.map_(pyarrow.string(), pyarrow.int32())),
    })
    for name, opener in (("stream", pyarrow.ipc.new_stream), ("file", pyarrow.ipc.new_file)):
        sink = io.BytesIO()
        with opener(sink, table.schema) as writer:
            writer.write_table(table)
            writer.write_table(table.slice(1, 2))
        url = f"{URL}/ingest/file?dataset=arrow_{name}&name=t.arrow"
        urllib.request.urlopen(urllib.request.Request(url, sink.getvalue(), {"Content-Type": "application/octet-stream"})).read()
        found = pyarrow.ipc.open_stream(ask(f"SELECT * FROM arrow_{name}")).read_all()
        wanted = pyarrow.concat_tables([table, table.slice(1, 2)])
        for column in table.column_names:
            left, right = found[column].to_pylist(), wanted[column].to_pylist()
            if column == "zoned":
                left, right = ([value and value.timestamp() for value in side] for side in (left, right))
            check(f"{column} from a {name}", left, right)
    sink = io.BytesIO()
    with pyarrow.ipc.new_stream(sink, table.schema, options=pyarrow.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    try:
        urllib.request.urlopen(urllib.request.Request(f"{URL}/ingest/file?name=z.arrow", sink.getvalue(),
                                                     {"Content-Type": "application/octet-stream"})).read()
        check("compressed streams are refused", False, True)
    except urllib.error.HTTPError as error:
        check("compressed streams are refused", "compress" in error.read().decode(), True)


for part in (read_types, read_polars, read_many, read_parquet, write_and_read_back, read_limits):
    try:
        part()
    except Exception as error:
        problems.append(f"{part.__name__}: {type(error).__name__}: {error}")
print(json.dumps({"checks": checks, "problems": problems}))
