-- Statements that must be refused before anything is bound, one per line. SECRET stands for a file outside the lake.
SELECT * FROM 'SECRET'
FROM 'SECRET'
TABLE "SECRET"
DESCRIBE 'SECRET'
SUMMARIZE "SECRET"
SELECT * FROM people, 'SECRET'
SELECT * FROM people JOIN "SECRET" USING (id)
SELECT * FROM people POSITIONAL JOIN 'SECRET'
SELECT * FROM people ASOF JOIN 'SECRET' s ON people.id >= s.id
SELECT * FROM people SEMI JOIN 'SECRET' USING (id)
SELECT (SELECT count(*) FROM 'SECRET')
SELECT 1 WHERE EXISTS (FROM 'SECRET')
SELECT id FROM people WHERE name IN (FROM 'SECRET')
SELECT id FROM people WHERE name = ANY (SELECT column0 FROM 'SECRET')
SELECT ARRAY(SELECT column0 FROM 'SECRET')
SELECT id FROM people ORDER BY (SELECT count(*) FROM 'SECRET')
SELECT id FROM people LIMIT (SELECT count(*) FROM 'SECRET')
SELECT id FROM people LIMIT 1 OFFSET (SELECT count(*) FROM 'SECRET')
SELECT id FROM people GROUP BY id HAVING id > (SELECT count(*) FROM 'SECRET')
SELECT id FROM people QUALIFY row_number() OVER (ORDER BY (SELECT 1 FROM 'SECRET')) = 1
SELECT sum(id) FILTER (WHERE EXISTS (FROM 'SECRET')) FROM people
SELECT sum(id) OVER (PARTITION BY (SELECT 1 FROM 'SECRET')) FROM people
SELECT CASE WHEN true THEN (SELECT 1 FROM 'SECRET') END
SELECT list_transform([1], lambda x: (SELECT 1 FROM 'SECRET'))
SELECT [x FOR x IN (SELECT list(column0) FROM 'SECRET')]
SELECT {'a': (SELECT 1 FROM 'SECRET')}
SELECT CAST((SELECT 1 FROM 'SECRET') AS INTEGER)
SELECT * REPLACE ((SELECT 1 FROM 'SECRET') AS id) FROM people
SELECT COLUMNS(lambda c: (SELECT true FROM 'SECRET')) FROM people
SELECT * FROM (VALUES ((SELECT 1 FROM 'SECRET')))
VALUES ((SELECT 1 FROM 'SECRET'))
SELECT 1 UNION ALL SELECT 1 FROM 'SECRET'
(SELECT 1) EXCEPT (FROM 'SECRET') INTERSECT (SELECT 2)
WITH a AS (FROM 'SECRET') SELECT 1 FROM a
WITH a AS MATERIALIZED (FROM 'SECRET') SELECT 1
WITH RECURSIVE a AS (SELECT 1 UNION ALL FROM 'SECRET') SELECT 1 FROM a
WITH "SECRET" AS (FROM "SECRET") SELECT 1 FROM "SECRET"
SELECT * FROM (WITH "SECRET" AS (SELECT 1) SELECT 2), "SECRET"
SELECT * FROM people, LATERAL (FROM 'SECRET')
SELECT * FROM people, LATERAL (SELECT * FROM 'SECRET' s WHERE s.id = people.id)
PIVOT 'SECRET' ON a IN (1) USING count(*)
FROM people PIVOT (sum((SELECT 1 FROM 'SECRET')) FOR id IN (1))
PIVOT people ON (SELECT 1 FROM 'SECRET') IN (1) USING count(*)
PIVOT people ON id IN (SELECT column0 FROM 'SECRET') USING count(*)
UNPIVOT 'SECRET' ON a
SELECT * FROM range((SELECT count(*) FROM 'SECRET'))
SELECT * FROM unnest((SELECT list(column0) FROM 'SECRET'))
SELECT unnest(ARRAY(FROM 'SECRET'))
SELECT * FROM 'SECRET' TABLESAMPLE 10%
SELECT s.* FROM s : 'SECRET'
SELECT * FROM 'SECRET' AT (VERSION => 1)
SELECT * FROM memory.main."SECRET"
SELECT * FROM read_csv('SECRET')
SELECT * FROM read_csv_auto('SECRET')
SELECT * FROM read_text('SECRET')
SELECT * FROM read_blob('SECRET')
SELECT * FROM read_json('SECRET')
SELECT * FROM read_json_objects('SECRET')
SELECT * FROM read_ndjson('SECRET')
SELECT * FROM read_parquet('SECRET')
SELECT * FROM read_duckdb('SECRET')
SELECT * FROM parquet_scan('SECRET')
SELECT * FROM parquet_metadata('SECRET')
SELECT * FROM parquet_file_metadata('SECRET')
SELECT * FROM parquet_kv_metadata('SECRET')
SELECT * FROM parquet_schema('SECRET')
SELECT * FROM parquet_bloom_probe('SECRET', 'a', 1)
SELECT * FROM sniff_csv('SECRET')
SELECT * FROM glob('/*')
SELECT * FROM "READ_TEXT"('SECRET')
SELECT * FROM main.read_text('SECRET')
SELECT * FROM system.main.read_text('SECRET')
SELECT read_text('SECRET')
SELECT * FROM people, read_text(people.name)
SELECT * FROM people, LATERAL read_text(people.name)
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('people')
SELECT * FROM query_table(['SECRET'])
SELECT * FROM json_execute_serialized_sql('{}')
SELECT json_serialize_plan('SELECT 1')
SELECT json_serialize_sql('SELECT 1')
SELECT json_deserialize_sql('{}')
SELECT * FROM histogram('SECRET', 'a')
SELECT * FROM histogram_values(people, id)
SELECT * FROM seq_scan()
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM pandas_scan(1)
SELECT * FROM postgres_scan('host=evil', 'public', 't')
SELECT * FROM sqlite_scan('SECRET', 't')
SELECT * FROM mysql_query('host=evil', 'SELECT 1')
SELECT * FROM iceberg_scan('s3://evil/t')
SELECT * FROM delta_scan('s3://evil/t')
SELECT * FROM read_xlsx('SECRET')
SELECT * FROM http_get('http://evil')
SELECT * FROM 'http://evil/data.csv'
SELECT * FROM 's3://evil/data.parquet'
SELECT * FROM 'https://evil/*.parquet'
SELECT * FROM "hf://datasets/x"
SELECT * FROM duckdb_secrets()
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_tables()
SELECT * FROM duckdb_functions()
SELECT * FROM duckdb_databases()
SELECT * FROM duckdb_logs()
SELECT * FROM duckdb_temporary_files()
SELECT * FROM duckdb_variables()
SELECT * FROM duckdb_external_file_cache()
SELECT * FROM pragma_table_info('people')
SELECT * FROM pragma_storage_info('people')
SELECT * FROM pragma_database_size()
SELECT * FROM which_secret('s3://a', 's3')
SELECT * FROM checkpoint()
SELECT * FROM force_checkpoint()
SELECT * FROM enable_logging()
SELECT * FROM enable_profiling()
SELECT * FROM truncate_duckdb_logs()
SELECT * FROM test_all_types()
SELECT * FROM summary((FROM people))
SELECT current_setting('temp_directory')
SELECT getvariable('x')
SELECT getenv('HOME')
SELECT current_query()
SELECT current_database()
SELECT current_schemas(true)
SELECT txid_current()
SELECT nextval('s')
SELECT currval('s')
SELECT setseed(0.5)
SELECT sleep_ms(100000)
SELECT pg_sleep(1000)
SELECT write_log('x')
SELECT parse_duckdb_log_message('a', 'b')
SELECT error('x')
SELECT version()
SELECT stats(id) FROM people
SELECT in_search_path('a', 'b')
SELECT add_parquet_key('k', 'v')
SELECT "read_text"('SECRET') FROM people
SELECT id.read_text() FROM people
SELECT 'SECRET'.read_text()
SELECT upper(read_text('SECRET'))
SELECT sum(id ORDER BY read_text('SECRET')) FROM people
SELECT evil(id) OVER () FROM people
SELECT lead(id, getvariable('x')) OVER () FROM people
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN getvariable('x') PRECEDING AND CURRENT ROW) FROM people
SELECT CAST(1 AS DECIMAL(getvariable('x'), 2))
SELECT DEFAULT
INSERT INTO people VALUES (1)
WITH a AS (INSERT INTO people VALUES (1) RETURNING *) FROM a
UPDATE people SET id = 1
DELETE FROM people
MERGE INTO people USING orders ON true WHEN MATCHED THEN DELETE
TRUNCATE people
CREATE TABLE x AS SELECT 1
CREATE TEMP TABLE x AS SELECT 1
CREATE VIEW x AS SELECT 1
CREATE MACRO x() AS 1
CREATE MACRO x() AS TABLE FROM 'SECRET'
CREATE FUNCTION x() AS 1
CREATE SEQUENCE s
CREATE TYPE t AS ENUM ('a')
CREATE SCHEMA x
CREATE INDEX i ON people (id)
CREATE SECRET (TYPE s3, ENDPOINT 'evil')
CREATE PERSISTENT SECRET x (TYPE s3)
DROP TABLE people
ALTER TABLE people RENAME TO x
COMMENT ON TABLE people IS 'x'
COPY people TO 'SECRET'
COPY (SELECT 1) TO '/tmp/evil.csv'
COPY people FROM 'SECRET'
COPY FROM DATABASE a TO b
EXPORT DATABASE '/tmp/evil'
IMPORT DATABASE '/tmp/evil'
ATTACH 'SECRET' AS evil
ATTACH 'host=evil' AS evil (TYPE postgres)
ATTACH ':memory:' AS evil
DETACH memory
USE memory
INSTALL httpfs
INSTALL evil FROM community
FORCE INSTALL httpfs
LOAD httpfs
LOAD 'SECRET'
UPDATE EXTENSIONS
SET threads = 64
SET GLOBAL memory_limit = '1TB'
SET VARIABLE x = 1
SET SESSION TimeZone = 'x'
RESET threads
PRAGMA version
PRAGMA table_info('people')
PRAGMA enable_profiling
PRAGMA temp_directory = '/'
CALL pragma_version()
CALL read_text('SECRET')
PREPARE p AS FROM 'SECRET'
EXECUTE p
DEALLOCATE p
EXPLAIN SELECT 1
EXPLAIN ANALYZE SELECT * FROM 'SECRET'
CHECKPOINT
FORCE CHECKPOINT
VACUUM
ANALYZE
BEGIN
COMMIT
ROLLBACK
START TRANSACTION
SHOW TABLES
SHOW ALL TABLES
SHOW DATABASES
FROM (SHOW TABLES)
PIVOT people ON country USING count(*)
SELECT 1; SELECT 2
SELECT 1; DROP TABLE people
SELECT 1 /* ; */; COPY (SELECT 1) TO '/tmp/evil'
; ; COPY (SELECT 1) TO '/tmp/evil'; SELECT 1
SELECT 1 -- x\n; SET threads = 1
SELECT '\'; COPY (SELECT 1) TO ''x'';
SELECT E'\''; COPY (SELECT 1) TO 'x'
SELECT $$ $$; COPY (SELECT 1) TO 'x'
SELECT * FROM people /* /* */ */
.open SECRET
