"""Measures Lakehouse against its peers: the same data, the same machine, one run, a ratio for each line.

Usage: bench.py [ingest] [sql] [tpch] [arrow] [embed] [search] [start] [objects] [log] [open] [journal] [tables]    (all of them without arguments)
Data is made in a temporary folder from fixed seeds. BENCH_MB sets the size of the CSV file (default 300), BENCH_ROWS the rows that
are queried (default 10,000,000), BENCH_SECONDS how long each number of writers commits (default 5), BENCH_FILES the files of the lake
that is opened (default 1,000,000), BENCH_SCALE the scale factor of TPC-H (default 1).
"""
import json
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".build/release/lakehouse"
BENCH = ROOT / ".build/release/lake-bench"
MODEL = ROOT / ".native/model/all-MiniLM-L6-v2"
rows = []


def report(what, ours, peer, unit, better, note=""):
    """One line: `better` says whether more or less is better; the ratio is above 1 when ours is ahead."""
    ratio = (ours / peer if better == "more" else peer / ours) if ours and peer else float("nan")
    rows.append((what, f"{ours:,.2f} {unit}", f"{peer:,.2f} {unit}", f"{ratio:.2f}", note))
    print(f"  {what}: {ours:,.2f} {unit} against {peer:,.2f} {unit}, ratio {ratio:.2f} {note}", flush=True)


def medians_ms(*actions, runs=25):
    """The median time of each action, all of them run by turns."""
    times = [[] for _ in actions]
    for run in range(runs + 1):
        for action, taken in zip(actions, times):
            begun = time.perf_counter()
            action()
            if run > 0:
                taken.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(taken) for taken in times]


class Server:
    """A release server on a lake of its own; every query runs, however often it is asked."""

    def __init__(self, lake, **settings):
        self.lake = pathlib.Path(lake)
        log = open(str(lake) + ".log", "w")
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--lake", lake, "--port", "0"], stdout=log, stderr=log,
            env={**os.environ, "LAKEHOUSE_SQL_RESULTS_CACHE": "0B", **settings}
        )
        self.url = None
        while self.url is None:
            if self.process.poll() is not None:
                sys.exit("the server did not start: " + pathlib.Path(str(lake) + ".log").read_text())
            try:
                note = json.loads((self.lake / "_lake/server.lock").read_text())
                self.url = note["url"] if note["pid"] == self.process.pid else None
            except (OSError, ValueError, KeyError):
                pass
            if self.url is None:
                time.sleep(0.001)

    def post(self, path, body, accept="application/json"):
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept": accept}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers)) as answer:
            return answer.read()

    def sql(self, statement):
        return json.loads(self.post("/query/sql", {"sql": statement}))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def make_csv(path, megabytes):
    """Orders: integers, decimals, dates, timestamps, categories, free text, empty fields."""
    random.seed(7)
    cities = ["Lisbon", "Porto", "Berlin", "Zürich", "Oslo", "Kyoto", "São Paulo", "Nairobi"]
    words = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november".split()
    chunk = []
    for n in range(20000):
        note = " ".join(random.choices(words, k=random.randint(0, 9)))
        amount = f"{random.random() * 1000:.2f}" if random.random() > 0.02 else ""
        chunk.append(
            f"{{}},{random.randint(1, 5000)},{random.choice(cities)},{amount},"
            f"20{random.randint(10, 25)}-{random.randint(1, 12):02}-{random.randint(1, 28):02},"
            f"2024-05-{random.randint(1, 28):02} {random.randint(0, 23):02}:15:{random.randint(0, 59):02},"
            f"{random.choice(['true', 'false'])},\"{note}, said\"\n"
        )
    written, number = 0, 0
    with open(path, "w") as file:
        written += file.write("id,customer,city,amount,day,at,paid,note\n")
        while written < megabytes * 1_000_000:
            text = "".join(line.replace("{}", str(number + i), 1) for i, line in enumerate(chunk))
            number += len(chunk)
            written += file.write(text)


def ingest(folder):
    import duckdb

    megabytes = int(os.environ.get("BENCH_MB", "300"))
    path = f"{folder}/orders.csv"
    make_csv(path, megabytes)
    size = os.path.getsize(path) / 1e6
    server = Server(f"{folder}/ingest")
    begun = time.perf_counter()
    subprocess.run([PROGRAM, "ingest", path, "--json"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LAKEHOUSE_URL": server.url})
    ours = size / (time.perf_counter() - begun)
    peak = int(next(line.split()[1] for line in open(f"/proc/{server.process.pid}/status") if line.startswith("VmHWM")))
    server.stop()
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    begun = time.perf_counter()
    connection.execute(
        f"COPY (FROM read_csv('{path}', sample_size = -1)) TO '{folder}/orders.parquet' (FORMAT parquet, COMPRESSION zstd)"
    )
    peer = size / (time.perf_counter() - begun)
    report("CSV to table, types over the whole file", ours, peer, "MB/s", "more",
           f"(DuckDB COPY, sample_size = -1; {size:.0f} MB; server's peak memory {peak / 1024:.0f} MB)")
    begun = time.perf_counter()
    connection.execute(
        f"COPY (FROM read_csv('{path}')) TO '{folder}/orders2.parquet' (FORMAT parquet, COMPRESSION zstd)"
    )
    report("CSV to table, against types from a sample", ours, size / (time.perf_counter() - begun), "MB/s", "more",
           "(DuckDB COPY with its defaults)")


QUERIES = [
    ("count", "SELECT count(*) FROM {t}"),
    ("sum", "SELECT sum(amount), avg(quantity) FROM {t}"),
    ("group by 20", "SELECT category, count(*), sum(amount) FROM {t} GROUP BY category ORDER BY category"),
    ("group by 100,000", "SELECT customer, sum(amount) s FROM {t} GROUP BY customer ORDER BY s DESC LIMIT 10"),
    ("filter 0.1 %", "SELECT id, amount FROM {t} WHERE amount > 999 ORDER BY id LIMIT 1000"),
    ("point look-up", "SELECT * FROM {t} WHERE id = 7654321"),
    ("top 100", "SELECT * FROM {t} ORDER BY amount DESC, id LIMIT 100"),
    ("distinct", "SELECT count(DISTINCT customer) FROM {t}"),
    ("text search", "SELECT count(*) FROM {t} WHERE note LIKE '%golf hotel%'"),
    ("window", "SELECT category, max(r) FROM (SELECT category, row_number() OVER (PARTITION BY category ORDER BY day) r "
               "FROM {t} WHERE id % 10 = 0) GROUP BY category ORDER BY category"),
]


def sql(folder):
    import duckdb

    count = int(os.environ.get("BENCH_ROWS", "10000000"))
    source = f"{folder}/sales.parquet"
    duckdb.execute("SELECT setseed(0.5)")
    duckdb.execute(f"""COPY (SELECT range AS id, (random() * 100000)::INTEGER AS customer, 'c' || (random() * 19)::INTEGER AS category,
        round(random() * 1000, 2) AS amount, (random() * 10)::INTEGER AS quantity, DATE '2020-01-01' + (random() * 2000)::INTEGER AS day,
        ['alpha bravo', 'golf hotel', 'kilo lima', 'mike november'][1 + (random() * 3)::INTEGER] || ' ' || range % 1000 AS note
        FROM range({count})) TO '{source}' (FORMAT parquet, COMPRESSION zstd)""")
    lake = f"{folder}/sql"
    server = Server(lake)
    subprocess.run([PROGRAM, "ingest", source, "--json"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LAKEHOUSE_URL": server.url})
    files = [str(path) for path in pathlib.Path(lake).glob("datasets/*/data/*.parquet")]
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    table = f"read_parquet({files!r})"
    for name, query in QUERIES:
        # By turns: whatever else the machine does meanwhile slows both down.
        ours, peer = medians_ms(lambda: server.sql(query.format(t="sales")),
                                lambda: connection.execute(query.format(t=table)).fetchall())
        report(f"SQL over HTTP, {count:,} rows: {name}", ours, peer, "ms", "less", "(DuckDB in Python, same files)")
    server.stop()


def tables(folder):
    """The same queries on a table as it is, with one row in a hundred deleted, and in memory; then a thousand small appends."""
    import duckdb

    count = int(os.environ.get("BENCH_ROWS", "10000000"))
    source = f"{folder}/events.parquet"
    duckdb.execute(f"""COPY (SELECT range AS id, (range * 7919 % 20)::INTEGER AS category, (hash(range) % 1000000) / 100.0 AS amount
        FROM range({count})) TO '{source}' (FORMAT parquet, COMPRESSION zstd)""")
    small = f"{folder}/million.parquet"
    duckdb.execute(f"COPY (FROM '{source}' LIMIT 1000000) TO '{small}' (FORMAT parquet, COMPRESSION zstd)")
    server = Server(f"{folder}/tables")
    environment = {**os.environ, "LAKEHOUSE_URL": server.url}

    def ingest(file, dataset, *more):
        subprocess.run([PROGRAM, "ingest", file, "--dataset", dataset, *more], check=True, stdout=subprocess.DEVNULL, env=environment)

    for name, file in (("events", source), ("deleted", source), ("million", small), ("hot", small), ("lookup", source)):
        ingest(file, name)
    begun = time.perf_counter()
    server.post("/catalog/datasets/by-name/deleted/rows/delete", {"where": "hash(id + 1) % 100 = 0"})
    print(f"  deleting 1 % of {count:,} rows took {(time.perf_counter() - begun) * 1000:,.0f} ms")
    for name in ("hot", "lookup"):
        begun = time.perf_counter()
        pinned = json.loads(server.post("/query/cache/pin", {"dataset": name}))
        taken = time.perf_counter() - begun
        print(f"  pinning {pinned['rows']:,} rows took {taken:,.1f} s and {pinned['bytes'] / 1e6:,.0f} MB")
    group = "SELECT category, count(*), sum(amount) FROM {} GROUP BY category"
    ours, peer = medians_ms(lambda: server.sql(group.format("deleted")), lambda: server.sql(group.format("events")))
    report(f"group by over {count:,} rows, 1 % of them deleted", ours, peer, "ms", "less", "(the same with none deleted)")
    ours, peer = medians_ms(lambda: server.sql(group.format("hot")), lambda: server.sql(group.format("million")))
    report("group by over 1,000,000 rows, pinned", ours, peer, "ms", "less", "(the same from its file)")
    chosen = random.Random(5)
    ours, peer = medians_ms(lambda: server.sql(f"SELECT * FROM lookup WHERE id = {chosen.randrange(count)}"),
                            lambda: server.sql(f"SELECT * FROM events WHERE id = {chosen.randrange(count)}"), runs=200)
    report(f"one row of {count:,} by its key, pinned", ours, peer, "ms", "less", "(the same from its file)")
    begun = time.perf_counter()
    for number in range(1000):
        rows_of_part = "".join(f"{number * 1000 + i},{i % 20},{i / 2}\n" for i in range(1000))
        body = ("id,category,amount\n" + rows_of_part).encode()
        address = f"{server.url}/ingest/file?dataset=small&name=p{number}.csv&mode=append"
        request = urllib.request.Request(address, body, {"Content-Type": "text/csv"})
        urllib.request.urlopen(request).read()
    print(f"  1,000 appends of 1,000 rows took {time.perf_counter() - begun:,.1f} s")
    before, = medians_ms(lambda: server.sql(group.format("small")), runs=9)
    begun = time.perf_counter()
    done = json.loads(server.post("/query/compact", {"dataset": "small"}))
    print(f"  compaction to {done['files_after']} files took {time.perf_counter() - begun:,.1f} s")
    after, = medians_ms(lambda: server.sql(group.format("small")), runs=9)
    report("group by over 1,000 appends of 1,000 rows, compacted", after, before, "ms", "less", "(the same before)")
    server.stop()


def arrow(folder):
    """Whole answers as Arrow, through HTTP, against the engine's own client in the process that reads them: it copies nothing."""
    import duckdb
    import pyarrow
    import pyarrow.ipc

    count = int(os.environ.get("BENCH_ROWS", "10000000"))
    source = f"{folder}/wide.parquet"
    duckdb.execute(f"""COPY (SELECT range AS id, (range * 7919 % 100000)::INTEGER AS customer, (range % 9973)::DOUBLE / 7 AS amount,
        (range % 100000)::DECIMAL(9,2) AS price, DATE '2020-01-01' + (range % 2000)::INTEGER AS day, 'note ' || range % 1000 AS note,
        CASE WHEN range % 10 = 0 THEN NULL ELSE range % 2 = 0 END AS flag FROM range({count})) TO '{source}' (FORMAT parquet)""")
    lake = f"{folder}/arrow"
    server = Server(lake, LAKEHOUSE_SQL_MAX_ROWS=str(count), LAKEHOUSE_SQL_MAX_BYTES="64GiB")
    subprocess.run([PROGRAM, "ingest", source, "--json"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LAKEHOUSE_URL": server.url})
    files = [str(path) for path in pathlib.Path(lake).glob("datasets/*/data/*.parquet")]
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    body = json.dumps({"sql": "SELECT * FROM wide"}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/vnd.apache.arrow.stream"}
    seen = {}

    def drain(name, batches):
        seen[name] = [0, 0]
        for batch in batches:
            seen[name][0] += batch.num_rows
            seen[name][1] += batch.nbytes

    def ours():
        with urllib.request.urlopen(urllib.request.Request(server.url + "/query/sql", body, headers)) as answer:
            drain("ours", pyarrow.ipc.open_stream(answer))

    def peer():
        drain("peer", connection.execute(f"SELECT * FROM read_parquet({files!r})").fetch_record_batch(65536))

    taken = medians_ms(ours, peer, runs=5)
    for name in ("ours", "peer"):
        if seen[name][0] != count:
            sys.exit(f"arrow: {name} gave {seen[name][0]} rows instead of {count}")
    # The same measure for both: the bytes of our batches, whatever the peer's are.
    rates = [seen["ours"][1] / 1e6 / (milliseconds / 1000) for milliseconds in taken]
    peak = next(line.split()[1] for line in open(f"/proc/{server.process.pid}/status") if line.startswith("VmHWM"))
    report(f"Arrow answer of {count:,} rows over HTTP", *rates, "MB/s", "more",
           f"(DuckDB in Python, in its process; {seen['ours'][1] / 1e6:,.0f} MB, server's peak memory {int(peak) / 1024:,.0f} MB)")
    server.stop()


def sections(name):
    """What stands before the first `--- NAME` of a file, and the pairs of names and SQL after it."""
    before, *rest = re.split(r"^--- (\w+)\n", (ROOT / "bench/tpch" / name).read_text(), flags=re.MULTILINE)
    return before, list(zip(rest[::2], rest[1::2]))


def tpch(folder):
    """The 22 queries over tables like TPC-H's, by turns: through HTTP, and in DuckDB's Python client over the same files."""
    import duckdb

    scale = float(os.environ.get("BENCH_SCALE", "1"))
    connection = duckdb.connect(config={"threads": os.cpu_count()})
    macros, tables = sections("tables.sql")
    connection.execute(macros.replace("{scale}", f"{scale:g}"))
    server = Server(f"{folder}/tpch")
    known = set()
    for name, table in tables:
        path = f"{folder}/{name}.parquet"
        connection.execute(f"COPY ({table}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        answer = json.loads(subprocess.check_output([PROGRAM, "ingest", path, "--json"], env={**os.environ, "LAKEHOUSE_URL": server.url}))
        mine = sorted({str(file) for file in server.lake.glob("datasets/*/data/*.parquet")} - known)
        known.update(mine)
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({mine!r})")
        os.remove(path)
        print(f"  {name}: {answer['rows']:,} rows", flush=True)
    ratios, ours_total, peer_total = {}, 0, 0
    for number, query in sections("queries.sql")[1]:
        query = query.replace("{fraction}", f"{0.0001 / scale:.12f}")
        there = json.loads(server.post("/query/sql", {"sql": query}))["row_count"]
        here = len(connection.execute(query).fetchall())
        if there != here:
            sys.exit(f"bench: query {number} of TPC-H gave {there} rows and not {here}")
        ours, peer = medians_ms(lambda: server.sql(query), lambda: connection.execute(query).fetchall(), runs=5)
        ratios[number] = ours / peer
        ours_total, peer_total = ours_total + ours, peer_total + peer
        report(f"TPC-H query {number}, scale {scale:g}", ours, peer, "ms", "less", "(DuckDB in Python, same files)")
    worst = max(ratios, key=ratios.get)
    mean = statistics.geometric_mean(ratios.values())
    report(f"TPC-H, 22 queries, scale {scale:g}, sum of medians", ours_total, peer_total, "ms", "less",
           f"(time here ÷ time there: geometric mean {mean:.3f}, worst {ratios[worst]:.3f} in query {worst})")
    server.stop()


def texts(tokens, count, vocabulary):
    random.seed(tokens)
    return [" ".join(random.choices(vocabulary, k=tokens)) for _ in range(count)]


def embed(folder):
    import numpy as np
    import onnxruntime
    import openvino
    from tokenizers import BertWordPieceTokenizer

    import onnx_model

    vocabulary = [w for w in (MODEL / "vocab.txt").read_text().split("\n") if w.isascii() and w.isalpha() and len(w) > 3]
    sets = {"64 tokens": texts(62, 256, vocabulary), "256 tokens": texts(254, 64, vocabulary)}
    mixed = [t for n in range(8) for t in texts(8 + n * 30, 32, vocabulary)]
    random.Random(5).shuffle(mixed)
    sets["mixed lengths"] = mixed
    model = f"{folder}/model.onnx"
    onnx_model.write(MODEL / "model.safetensors", model)
    tokenizer = BertWordPieceTokenizer(str(MODEL / "vocab.txt"), lowercase=True)
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    threads = os.cpu_count()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    compiled = core.compile_model(model, "CPU", {
        "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "bf16", "PERFORMANCE_HINT": "THROUGHPUT",
    })

    def inputs(batch):
        encoded = tokenizer.encode_batch(batch)
        return {"input_ids": np.array([e.ids for e in encoded], np.int64),
                "attention_mask": np.array([e.attention_mask for e in encoded], np.int64)}

    for name, batch in sets.items():
        path = f"{folder}/texts.json"
        pathlib.Path(path).write_text(json.dumps(batch))
        ours = json.loads(subprocess.check_output([BENCH, "embed", MODEL, path, str(threads), "bf16"]))
        groups = [batch[i:i + 32] for i in range(0, len(batch), 32)]

        def rate(run):
            best = 0
            for _ in range(4):
                begun = time.perf_counter()
                vectors = [run(group) for group in groups]
                best = max(best, len(batch) / (time.perf_counter() - begun))
            return best, np.concatenate(vectors)

        onnx_rate, reference = rate(lambda g: session.run(["sentence_embedding"], inputs(g))[0])
        vino_rate, _ = rate(lambda g: compiled(inputs(g))["sentence_embedding"])
        cosine = float((np.array(ours["vectors"], np.float32) * reference).sum(1).min())
        note = f"(bf16; cosine against onnxruntime f32 ≥ {cosine:.5f})"
        report(f"embeddings, {name}, batch 32, against OpenVINO bf16", ours["texts_per_second"], vino_rate, "texts/s", "more", note)
        report(f"embeddings, {name}, batch 32, against onnxruntime f32", ours["texts_per_second"], onnx_rate, "texts/s", "more")


def search(folder):
    import faiss
    import numpy as np

    for dimensions in (384, 768):
        generator = np.random.default_rng(3)
        centres = generator.standard_normal((200, dimensions), np.float32)
        vectors = centres[generator.integers(0, 200, 100_000)] + 0.6 * generator.standard_normal((100_000, dimensions), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        queries = vectors[:200] + 0.02 * generator.standard_normal((200, dimensions), np.float32)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        vectors.tofile(f"{folder}/vectors")
        queries.tofile(f"{folder}/queries")
        ours = json.loads(subprocess.check_output(
            [BENCH, "search", f"{folder}/vectors", f"{folder}/queries", str(dimensions), f"{folder}/generation{dimensions}"]))
        index = faiss.IndexFlatIP(dimensions)
        index.add(vectors)

        def p50(run):
            times = []
            for query in queries:
                begun = time.perf_counter()
                run(query)
                times.append((time.perf_counter() - begun) * 1000)
            return statistics.median(times)

        def with_numpy(query):
            scores = vectors @ query
            best = np.argpartition(-scores, 10)[:10]
            return best[np.argsort(-scores[best])]

        truth = [set(with_numpy(query).tolist()) for query in queries]
        recall = statistics.mean(len(truth[i] & set(found)) / 10 for i, found in enumerate(ours["found"]))
        note = f"(recall@10 against numpy {recall:.4f}; opened in {ours['open_ms']:.1f} ms)"
        for threads in (1, os.cpu_count()):
            faiss.omp_set_num_threads(threads)
            name = f"exact top 10 of 100,000 × {dimensions}, {threads} thread{'s' if threads > 1 else ''}"
            report(f"{name}, against faiss IndexFlatIP", ours["p50_ms"][str(threads)], p50(lambda q: index.search(q[None], 10)), "ms", "less", note)
            if threads > 1:
                report(f"{name}, against numpy", ours["p50_ms"][str(threads)], p50(with_numpy), "ms", "less")


def sqlite_commits(folder, writers, seconds):
    """Transactions a second: each writer its own connection, WAL and synchronous=FULL, a row like a commit of the log."""
    path = f"{folder}/peer-{writers}.db"
    record = json.dumps({"dataset_id": "dataset-0", "files": [{"key": "x" * 90, "rows": 1000, "bytes": 100_000, "sha256": "0" * 64,
                                                               "source_sha256": "0" * 64}], "actor": "bench", "reason": "bench"})

    def connect():
        connection = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    connect().execute("CREATE TABLE log(version INTEGER PRIMARY KEY, entry TEXT)")
    counts = [0] * writers
    begun = time.perf_counter()

    def write(number):
        connection = connect()
        while time.perf_counter() - begun < seconds:
            connection.execute("INSERT INTO log(entry) VALUES (?)", (record,))
            counts[number] += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)


def log(folder):
    seconds = float(os.environ.get("BENCH_SECONDS", "5"))
    for writers in (1, 8, 64):
        ours = json.loads(subprocess.check_output([BENCH, "commits", f"{folder}/log-{writers}", str(writers), str(seconds)]))
        peer = sqlite_commits(folder, writers, seconds)
        note = f"(SQLite, WAL, synchronous=FULL; {ours['transactions'] / max(1, ours['versions']):.1f} transactions a version)"
        report(f"commits, {writers} writer{'s' if writers > 1 else ''}", ours["per_second"], peer, "commits/s", "more", note)


def open_lake(folder):
    datasets, files = 10_000, int(os.environ.get("BENCH_FILES", "1000000"))
    for receipts in (0, files // datasets):
        lake = f"{folder}/open-{receipts}"
        subprocess.run([BENCH, "make-lake", lake, str(datasets), str(files // datasets), str(receipts)], check=True)
        runs = [json.loads(subprocess.check_output([BENCH, "open-lake", lake])) for _ in range(5)]
        name = f"opening a lake of {datasets:,} datasets, {files:,} files, {datasets * receipts:,} receipts"
        aim = "(the aim stands in for a peer)"
        report(name, statistics.median(run["ms"] for run in runs), 2000, "ms", "less", aim)
        report(f"{name}: peak memory", max(run["peak_mb"] for run in runs), 1024, "MB", "less", aim)
        shutil.rmtree(lake)


def start(folder):
    lake = f"{folder}/start"
    csv = f"{folder}/small.csv"
    with open(csv, "w") as file:
        file.write("id,name\n" + "".join(f"{n},name {n}\n" for n in range(100_000)))
    server = Server(lake)
    subprocess.run([PROGRAM, "ingest", csv, "--json"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LAKEHOUSE_URL": server.url})
    server.stop()
    times = []
    for _ in range(7):
        server = Server(lake)
        while True:
            try:
                server.sql("SELECT count(*) FROM small")
                break
            except urllib.error.URLError:
                time.sleep(0.001)
        times.append((time.perf_counter() - server.begun) * 1000)
        server.stop()
    report("start of the program to its first SQL answer", statistics.median(times), 300, "ms", "less", "(the aim stands in for a peer)")


NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
    access_log off; sendfile on; client_max_body_size 0;
    client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/f; proxy_temp_path {folder}/p;
    scgi_temp_path {folder}/s; uwsgi_temp_path {folder}/u;
    server {{ listen 127.0.0.1:{port}; root {folder}/www; dav_methods PUT; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def objects(folder):
    """64 MB through the server's object endpoints. A put is durable when it is answered; neither peer's is."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    source, got = f"{folder}/source", f"{folder}/got"
    pathlib.Path(source).write_bytes(random.Random(1).randbytes(64 << 20))
    server = Server(f"{folder}/objects")
    url = f"{server.url}/storage/objects/bench/blob"

    def connect(place, method, headers=""):
        """Sends a request's head; curl itself would be the slowest part."""
        address = urllib.parse.urlsplit(place)
        connection = socket.create_connection((address.hostname, address.port))
        head = f"{method} {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n{headers}\r\n"
        connection.sendall(head.encode())
        return connection

    def upload(place):
        with open(source, "rb") as file, connect(place, "PUT", f"Content-Length: {64 << 20}\r\n") as connection:
            connection.sendfile(file)
            assert connection.recv(4096).startswith(b"HTTP/1.1 20")

    def download(place):
        buffer = bytearray(1 << 20)
        view = memoryview(buffer)
        with open(got, "wb", buffering=0) as file, connect(place, "GET") as connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            head, rest = head.split(b"\r\n\r\n", 1)
            assert head.startswith(b"HTTP/1.1 200")
            file.write(rest)
            while count := connection.recv_into(buffer):
                file.write(view[:count])
        assert os.path.getsize(got) == 64 << 20

    def copy_synced():
        shutil.copyfile(source, f"{folder}/copy")
        with open(f"{folder}/copy", "rb") as file:
            os.fsync(file.fileno())

    def rate(milliseconds):
        return (64 << 20) / 1e6 / (milliseconds / 1000)

    def copy_back():
        shutil.copyfile(f"{folder}/copy", got)

    peers = [
        ("cp", lambda: shutil.copyfile(source, f"{folder}/copy"), copy_back),
        ("cp, synced like ours", copy_synced, None),
    ]
    process = None
    if nginx:
        port = free_port()
        pathlib.Path(f"{folder}/www").mkdir()
        os.chmod(folder, 0o755)
        pathlib.Path(f"{folder}/nginx.conf").write_text("user root;" + NGINX.format(folder=folder, port=port))
        process = subprocess.Popen([nginx, "-c", f"{folder}/nginx.conf"], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        there = f"http://127.0.0.1:{port}/blob"
        peers.append(("nginx", lambda: upload(there), lambda: download(there)))
    else:
        print("  nginx is not there (Debian package nginx-light): measured against cp alone")
    for name, put, get in peers:
        ours, peer = medians_ms(lambda: upload(url), put, runs=9)
        report("put of an object of 64 MB", rate(ours), rate(peer), "MB/s", "more", f"({name})")
        if get is None:
            continue
        ours, peer = medians_ms(lambda: download(url), get, runs=9)
        report("get of an object of 64 MB", rate(ours), rate(peer), "MB/s", "more", f"({name})")
    if process:
        process.terminate()
        process.wait()
    server.stop()


def journal(folder):
    """Durable appends of small entries, against rows of a table in SQLite's write-ahead mode that syncs each commit."""
    import sqlite3
    import threading

    for writers in (1, 64):
        ours = json.loads(subprocess.check_output([BENCH, "journal", f"{folder}/journal{writers}", str(writers), "5"]))
        path = f"{folder}/journal{writers}.db"
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE entries (id INTEGER PRIMARY KEY, body TEXT)")
        counts = [0] * writers
        end = time.perf_counter() + 5

        def append(writer):
            connection = sqlite3.connect(path, timeout=60, isolation_level=None)
            connection.execute("PRAGMA synchronous = FULL")
            while time.perf_counter() < end:
                connection.execute("INSERT INTO entries (body) VALUES (?)", ('{"principal":"ada","action":"query"}',))
                counts[writer] += 1

        threads = [threading.Thread(target=append, args=(n,)) for n in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        name = f"journal appends, {writers} writer{'s' if writers > 1 else ''}, against SQLite WAL synchronous=FULL"
        report(name, ours["appends_per_second"], sum(counts) / 5, "appends/s", "more", f"({ours['segments']} segments)")


def main():
    parts = {"ingest": ingest, "sql": sql, "tpch": tpch, "arrow": arrow, "embed": embed, "search": search, "start": start, "objects": objects,
             "log": log, "open": open_lake, "journal": journal, "tables": tables}
    chosen = sys.argv[1:] or list(parts)
    unknown = [name for name in chosen if name not in parts]
    if unknown:
        sys.exit(f"bench: no part named {unknown[0]}; there are {', '.join(parts)}")
    processor = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    print(f"bench: {processor}, {os.cpu_count()} cores, {platform.system()} {platform.release()}")
    for name in chosen:
        print(f"{name}:", flush=True)
        folder = tempfile.mkdtemp(prefix="lake-bench-")
        try:
            parts[name](folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n| what | Lakehouse | peer | ratio | |\n|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


main()
