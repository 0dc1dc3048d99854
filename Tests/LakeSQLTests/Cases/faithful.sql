-- Queries whose result must be that of the same text over plain views, one per line.
SELECT * FROM people
SELECT people.*, orders.amount FROM people, orders WHERE people.id = orders.person_id
SELECT * FROM people JOIN orders ON id = person_id
SELECT * FROM people p LEFT JOIN orders o ON p.id = o.person_id AND o.amount > 90
SELECT * FROM people FULL OUTER JOIN (SELECT 9 AS id) USING (id)
SELECT * FROM people NATURAL JOIN (SELECT 1 AS id, 'x' AS extra)
SELECT * FROM people a NATURAL JOIN people b
SELECT * FROM people JOIN nested USING (id)
SELECT id, people.id, nested.id FROM people JOIN nested USING (id)
SELECT * FROM people CROSS JOIN nested
SELECT * FROM people SEMI JOIN orders ON person_id = id
SELECT * FROM people ANTI JOIN orders ON person_id = id AND amount > 95
SELECT * FROM (people JOIN nested USING (id)) AS j
SELECT * FROM people, nested, (SELECT 1 AS one)
SELECT * FROM orders o ASOF JOIN people p ON o.person_id >= p.id
SELECT * FROM people a ASOF LEFT JOIN people b ON a.born > b.born
SELECT p FROM people p
SELECT people FROM people
SELECT p.id, (SELECT max(amount) FROM orders WHERE person_id = p.id) AS top FROM people p
SELECT * FROM people WHERE EXISTS (SELECT 1 FROM orders WHERE person_id = people.id AND amount > 90)
SELECT * FROM people WHERE id = ANY (SELECT person_id FROM orders WHERE amount = 37)
SELECT * FROM people WHERE id > ALL (SELECT person_id FROM orders WHERE amount = 37)
SELECT * FROM people WHERE (id, name) IN (SELECT id, name FROM people WHERE country = 'US')
SELECT ARRAY(SELECT id FROM people ORDER BY id)
SELECT * FROM people, LATERAL (SELECT count(*) AS n FROM orders WHERE person_id = people.id)
SELECT * FROM people p, LATERAL (SELECT * FROM orders o WHERE o.person_id = p.id ORDER BY amount LIMIT 1) x
SELECT u, unnest(list) FROM (SELECT id AS u, list FROM nested)
SELECT * FROM nested, unnest(list) AS t(x)
SELECT id, unnest(rec) FROM nested
SELECT unnest(rec, recursive := true) FROM nested
SELECT count(*), count(DISTINCT country), sum(score), avg(score), min(name), max(born) FROM people
SELECT country, count(*) FILTER (WHERE score > 1) AS n FROM people GROUP BY country
SELECT country, list(name ORDER BY name DESC) AS names FROM people GROUP BY ALL
SELECT country, string_agg(DISTINCT name, '|' ORDER BY name) FROM people GROUP BY 1 HAVING count(*) > 1
SELECT country, born, sum(score), grouping(country), grouping(born) FROM people GROUP BY CUBE (country, born)
SELECT country, born, sum(score) FROM people GROUP BY ROLLUP (country, born)
SELECT country, born, sum(score) FROM people GROUP BY GROUPING SETS ((country), (born), ())
SELECT date_trunc('day', made) AS day, sum(amount) FROM orders GROUP BY day ORDER BY day
SELECT name, rank() OVER (ORDER BY score DESC NULLS LAST), lag(name, 1, 'none') OVER w FROM people WINDOW w AS (ORDER BY id)
SELECT order_id, sum(amount) OVER (PARTITION BY person_id ORDER BY order_id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders
SELECT order_id, avg(amount) OVER (ORDER BY made RANGE BETWEEN INTERVAL 3 HOURS PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM orders
SELECT order_id, first_value(amount IGNORE NULLS) OVER (PARTITION BY person_id ORDER BY order_id) FROM orders
SELECT order_id, count(DISTINCT person_id) OVER (ORDER BY order_id ROWS UNBOUNDED PRECEDING) FROM orders
SELECT * FROM orders QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY amount DESC, order_id) <= 2
SELECT ntile(4) OVER (ORDER BY id), percent_rank() OVER (ORDER BY id), nth_value(name, 2) OVER (ORDER BY id) FROM people
SELECT arg_max(name, score), arg_min(name, score), mode(country), median(id), quantile_cont(id, [0.25, 0.5]) FROM people
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id), mode() WITHIN GROUP (ORDER BY country) FROM people
SELECT DISTINCT country FROM people
SELECT DISTINCT ON (country) country, name FROM people ORDER BY country, id
SELECT country FROM people UNION SELECT b FROM (SELECT rec.b FROM nested)
SELECT id, name FROM people UNION ALL BY NAME SELECT name, 7 AS x FROM people
SELECT id FROM people INTERSECT SELECT person_id FROM orders
SELECT id FROM people EXCEPT ALL SELECT id FROM nested
(SELECT id FROM people ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM people ORDER BY id DESC LIMIT 2)
SELECT 1 AS a UNION SELECT 2 UNION SELECT 3 UNION ALL SELECT id FROM people EXCEPT SELECT 2
WITH a AS (SELECT * FROM people), b AS MATERIALIZED (SELECT id FROM a), c AS NOT MATERIALIZED (SELECT id FROM b) SELECT * FROM a JOIN c USING (id)
WITH RECURSIVE t(n) AS (SELECT min(id) FROM people UNION ALL SELECT n + 1 FROM t WHERE n < (SELECT max(id) FROM people)) SELECT * FROM t
WITH people AS (SELECT id + 100 AS id FROM people) SELECT * FROM people
FROM people SELECT name WHERE id > 2 ORDER BY name
FROM people
TABLE people
(TABLE people)
VALUES (1, 'a'), (2, NULL)
FROM (VALUES (1), (2)) AS v(x) JOIN people ON x = id
PIVOT orders ON person_id IN (1, 2, 3) USING sum(amount) AS s, count(*) AS n
PIVOT people ON country IN ('US', 'UK') USING first(name) GROUP BY id ORDER BY id
SELECT * FROM orders PIVOT (sum(amount) AS s FOR person_id IN (1, 2) GROUP BY order_id) WHERE order_id < 5
FROM people PIVOT (count(*) FOR (country, name) IN (('US', 'Grace') AS usg, ('NL', 'Edsger')))
UNPIVOT (SELECT id, score FROM people) ON id, score INTO NAME what VALUE amount
UNPIVOT people ON COLUMNS('id|score') INTO NAME n VALUE v
FROM (SELECT id, score FROM people) UNPIVOT INCLUDE NULLS (v FOR n IN (id, score))
SELECT * EXCLUDE (score) FROM people
SELECT people.* EXCLUDE (id, name) FROM people
SELECT * REPLACE (id * 2 AS id) RENAME (name AS n) FROM people
SELECT COLUMNS('^n') FROM people
SELECT COLUMNS(* EXCLUDE (id)) FROM people
SELECT COLUMNS(c -> c LIKE '%o%') FROM people
SELECT min(COLUMNS(*)), max(COLUMNS(['id', 'name'])) FROM people
SELECT coalesce(*COLUMNS(['name', 'country'])) AS c FROM people
SELECT * LIKE '%name%' FROM people
SELECT * SIMILAR TO '.*o.*' FROM people
SELECT any_value(COLUMNS(*)) OVER (PARTITION BY country) FROM people
SELECT * FROM people WHERE COLUMNS(['id', 'score']) > 0
SELECT #1, #2 FROM people
SELECT id AS "Id With Space", name "ñ", country AS "select" FROM people
SELECT "p p".id FROM people AS "p p"
SELECT "select", "Größe", "a b" FROM "odd ""name"""
SELECT "odd ""name""".* FROM "odd ""name"""
SELECT x.* FROM "odd ""name""" AS x(x, y, z)
SELECT a.x, b.y FROM people a(x), people AS b(q, y) WHERE a.x = b.q
SELECT t.id FROM t : people
SELECT n: name, i: id FROM people
SELECT rec.a, rec['b'], rec, list[1], list[-1], list[1:2], list[:], dict['k'], dict.k FROM nested
SELECT nested.rec.a FROM nested
SELECT (rec).b FROM nested
SELECT {'a': id, 'b': {'c': name}}.b.c FROM people
SELECT struct_pack(x := id, y := name) FROM people
SELECT row(id, name), (id, name) FROM people
SELECT MAP {'a': id, 'b': id + 1} FROM people
SELECT [id, id + 1, NULL], [[id]], [] FROM people
SELECT [x * 2 FOR x IN list], [x FOR x IN list IF x IS NOT NULL], [x + i FOR x, i IN list] FROM nested
SELECT list_transform(list, lambda x: x + id), list_filter(list, lambda x, i: i > 1), list_reduce([1, 2, 3], lambda a, b: a + b) FROM nested
SELECT list_transform(list, x -> x + 1) FROM nested
SELECT list_transform([1, 2], lambda x: list_transform([3], lambda y: x * y)) FROM nested
SELECT CAST(id AS VARCHAR), id::DOUBLE, TRY_CAST(name AS INTEGER), name::VARCHAR(10), [id]::BIGINT[], {'a': id}::STRUCT(a VARCHAR) FROM people
SELECT id::DECIMAL(18, 3) / 7, 1.10, 1e3, 0x1F, 1_000, -5, +5, .5, 170141183460469231731687303715884105727, 3.0::FLOAT FROM people
SELECT 'it''s', E'tab\tq\'', $$dollar 'quoted'$$, $x$a$$b$x$, 'é🦆', '\n', x'ff'::BLOB IS NULL FROM people
SELECT DATE '2024-01-31' + INTERVAL 1 MONTH, INTERVAL '1 year 2 days', INTERVAL (id) DAYS, TIMESTAMP '2024-01-01 10:00:00', TIME '10:00', TIMESTAMPTZ '2024-01-01 00:00:00+02' FROM people
SELECT born AT TIME ZONE 'UTC', extract(year FROM born), date_part('month', born), born - DATE '1900-01-01' FROM people
SELECT made::DATE, made::TIME, strftime(made, '%H:%M'), epoch(made), made BETWEEN TIMESTAMP '2024-01-01' AND TIMESTAMP '2024-01-02' FROM orders
SELECT CASE WHEN id = 1 THEN 'one' WHEN id = 2 THEN 'two' ELSE 'many' END, CASE id WHEN 1 THEN 'x' END, if(id > 2, 1, 0) FROM people
SELECT name LIKE 'A%', name NOT LIKE '%a', name ILIKE 'a%' ESCAPE '$', name SIMILAR TO '[A-Z].*', name ~ '^A', name GLOB 'A*', name ^@ 'A' FROM people
SELECT score IS NULL, score IS NOT NULL, country IS DISTINCT FROM 'US', country IS NOT DISTINCT FROM NULL, id IS TRUE, NOT (id = 1) FROM people
SELECT id IN (1, 2), id NOT IN (3, 4), id BETWEEN 2 AND 3, id NOT BETWEEN 2 AND 3, id = 1 OR id = 2 AND name = 'x' FROM people
SELECT id + 1 * 2 - 3 / 4 % 5, id // 2, id ** 2, id ^ 2, id & 1, id | 1, xor(id, 1), id << 1, id >> 1, ~id, -id, @(-id), 5! FROM people
SELECT name || country, name || 1, concat(name, NULL, 'x'), [1] || [2] FROM people
SELECT name COLLATE NOCASE = 'ada', upper(name) COLLATE "de" < 'B' FROM people
SELECT * FROM people ORDER BY country NULLS FIRST, name DESC, 1
SELECT * FROM people ORDER BY ALL DESC NULLS LAST
SELECT * FROM people ORDER BY name COLLATE NOCASE LIMIT 3 OFFSET 1
SELECT * FROM people ORDER BY id LIMIT 40%
SELECT * FROM people ORDER BY id FETCH FIRST 2 ROWS ONLY
SELECT * FROM people ORDER BY id LIMIT (SELECT 2)
SELECT count(*) FROM people TABLESAMPLE 100%
SELECT count(*) FROM people TABLESAMPLE RESERVOIR(3 ROWS) REPEATABLE (42)
SELECT count(*) FROM people USING SAMPLE 3 ROWS
SELECT * FROM range(3) AS r(n), people WHERE n = id
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g(a, b)
SELECT * FROM people POSITIONAL JOIN nested
SELECT name.upper().lower(), ('abc').upper() FROM people
SELECT substring(name FROM 1 FOR 2), position('a' IN name), trim(BOTH 'A' FROM name) FROM people
SELECT coalesce(score, 0), nullif(id, 1), ifnull(country, '?'), greatest(id, 2), least(id, 2) FROM people
SELECT try(name::INTEGER) FROM people
SELECT to_json(people), json_object('a', id), json_extract(to_json(people), '$.name') FROM people
SELECT json_group_array(name) FROM (SELECT name FROM people ORDER BY id)
SELECT to_json(rec) -> 'b', to_json(rec) ->> 'b', to_json(list) -> 0 FROM nested
SELECT typeof(id), typeof(list), typeof(rec) FROM people JOIN nested USING (id)
SELECT current_date = today(), current_timestamp = now() FROM people
SELECT bit_and(id), bool_or(id > 3), histogram(country), approx_quantile(id, 0.5), product(id), skewness(id) FROM people
SELECT sum(amount ORDER BY order_id), first(amount ORDER BY made DESC), count(*) FROM orders
SELECT id, name FROM people WHERE name = 'people' OR name = 'FROM people' OR id = 1 -- from people
SELECT /* people */ id FROM /* orders */ people -- nested
SELECT id	FROM	people
DESCRIBE people
SUMMARIZE people
DESCRIBE SELECT id, name FROM people
SUMMARIZE SELECT id FROM people
SELECT column_name FROM (DESCRIBE people)
SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT id FROM people)))
SELECT a.id FROM people a, people b, people c WHERE a.id = b.id AND b.id = c.id
SELECT PEOPLE.ID FROM People
SELECT 1 WHERE false
SELECT * FROM nothing
SELECT count(*), id FROM nothing GROUP BY id
SELECT (SELECT max(id) FROM people)
SELECT (SELECT max(p.id) FROM people p), (SELECT count(*) FROM people AS "p p"), EXISTS (FROM nested) FROM people
SELECT id IN (SELECT id FROM people) FROM nested
DESCRIBE SELECT (SELECT max(a.id) FROM people a) AS x, id FROM people
