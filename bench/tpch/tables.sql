-- The eight tables of TPC-H, in DuckDB's SQL: `{scale}` is the scale factor. Every value comes from a hash of its row's key, so that the same
-- scale gives the same rows everywhere. Keys, ranges and vocabularies follow the specification roughly; this is no TPC benchmark result.
-- A line `--- NAME` stands before each table's query; what comes before the first are macros.

CREATE OR REPLACE TEMP MACRO pick(key, salt, choices) AS (hash(key, salt) % choices)::INTEGER;
CREATE OR REPLACE TEMP MACRO word(key, salt, words) AS words[1 + pick(key, salt, len(words))];
CREATE OR REPLACE TEMP MACRO prose(key, salt) AS concat_ws(' ',
    word(key, salt, ['quickly', 'slowly', 'furiously', 'carefully', 'blithely', 'ruthlessly', 'daringly']),
    word(key, salt + 1, ['final', 'bold', 'silent', 'special', 'regular', 'express', 'pending', 'unusual']),
    word(key, salt + 2, ['packages', 'requests', 'deposits', 'accounts', 'ideas', 'theodolites', 'pinto beans']),
    word(key, salt + 3, ['sleep', 'wake', 'haggle', 'nag', 'cajole', 'use', 'boost']),
    word(key, salt + 4, ['above', 'among', 'along', 'across', 'against', 'beyond']),
    word(key, salt + 5, ['special', 'final', 'ironic', 'even', 'regular']),
    word(key, salt + 6, ['requests', 'foxes', 'dolphins', 'platelets', 'instructions']));
CREATE OR REPLACE TEMP MACRO phone(key, nation) AS format('{}-{:03d}-{:03d}-{:04d}',
    10 + nation, 100 + pick(key, 91, 900), 100 + pick(key, 92, 900), 1000 + pick(key, 93, 9000));
CREATE OR REPLACE TEMP MACRO retail(part) AS (90000 + (part // 10) % 20001 + 100 * (part % 1000));
CREATE OR REPLACE TEMP MACRO parts() AS (200000 * {scale})::BIGINT;
CREATE OR REPLACE TEMP MACRO suppliers() AS (10000 * {scale})::BIGINT;
CREATE OR REPLACE TEMP MACRO customers() AS (150000 * {scale})::BIGINT;
-- The supplier of a part, of its four.
CREATE OR REPLACE TEMP MACRO supplier_of(part, nth) AS
    1 + (part + nth * (suppliers() // 4 + (part - 1) // suppliers())) % suppliers();
CREATE OR REPLACE TEMP MACRO order_day(key) AS DATE '1992-01-01' + pick(key, 41, 2406);
CREATE OR REPLACE TEMP MACRO order_lines(key) AS 1 + pick(key, 42, 7);

--- region
SELECT key::INTEGER AS r_regionkey, name AS r_name, prose(key, 1) AS r_comment
FROM (SELECT unnest(range(5)) AS key, unnest(['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST']) AS name)

--- nation
SELECT key::INTEGER AS n_nationkey, name AS n_name, region::INTEGER AS n_regionkey, prose(key, 2) AS n_comment
FROM (SELECT unnest(range(25)) AS key, unnest([
    'ALGERIA', 'ARGENTINA', 'BRAZIL', 'CANADA', 'EGYPT', 'ETHIOPIA', 'FRANCE', 'GERMANY', 'INDIA', 'INDONESIA', 'IRAN', 'IRAQ', 'JAPAN',
    'JORDAN', 'KENYA', 'MOROCCO', 'MOZAMBIQUE', 'PERU', 'CHINA', 'ROMANIA', 'SAUDI ARABIA', 'VIETNAM', 'RUSSIA', 'UNITED KINGDOM',
    'UNITED STATES']) AS name,
    unnest([0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1]) AS region)

--- supplier
SELECT key AS s_suppkey, format('Supplier#{:09d}', key) AS s_name, md5(key::VARCHAR)[:20] AS s_address, nation AS s_nationkey,
    phone(key, nation) AS s_phone, ((pick(key, 11, 1099999) - 99999) / 100)::DECIMAL(15,2) AS s_acctbal,
    prose(key, 12) || CASE pick(key, 13, 200) WHEN 0 THEN ' Customer had Complaints' WHEN 1 THEN ' Customer Recommends' ELSE '' END
        AS s_comment
FROM (SELECT range + 1 AS key, pick(range + 1, 14, 25) AS nation FROM range(suppliers()))

--- part
SELECT key AS p_partkey,
    concat_ws(' ', word(key, 21, colours), word(key, 22, colours), word(key, 23, colours), word(key, 24, colours)) AS p_name,
    format('Manufacturer#{}', 1 + maker) AS p_mfgr, format('Brand#{}{}', 1 + maker, 1 + pick(key, 26, 5)) AS p_brand,
    concat_ws(' ', word(key, 27, ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO']),
        word(key, 28, ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED']),
        word(key, 29, ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'])) AS p_type,
    1 + pick(key, 30, 50) AS p_size,
    concat_ws(' ', word(key, 31, ['SM', 'LG', 'MED', 'JUMBO', 'WRAP']),
        word(key, 32, ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'])) AS p_container,
    (retail(key) / 100)::DECIMAL(15,2) AS p_retailprice, prose(key, 33) AS p_comment
FROM (SELECT range + 1 AS key, pick(range + 1, 25, 5) AS maker, [
    'almond', 'azure', 'beige', 'black', 'blue', 'brown', 'chocolate', 'coral', 'cream', 'cyan', 'forest', 'ghost', 'green', 'indian',
    'ivory', 'khaki', 'lemon', 'lime', 'magenta', 'maroon', 'navy', 'olive', 'orange', 'pink', 'plum', 'purple', 'red', 'rose',
    'salmon', 'sienna', 'sky', 'snow', 'tan', 'tomato', 'violet', 'white', 'yellow'] AS colours FROM range(parts()))

--- partsupp
SELECT part AS ps_partkey, supplier_of(part, nth) AS ps_suppkey, 1 + pick(part * 4 + nth, 35, 9999) AS ps_availqty,
    ((100 + pick(part * 4 + nth, 36, 99901)) / 100)::DECIMAL(15,2) AS ps_supplycost, prose(part * 4 + nth, 37) AS ps_comment
FROM (SELECT 1 + range // 4 AS part, range % 4 AS nth FROM range(4 * parts()))

--- customer
SELECT key AS c_custkey, format('Customer#{:09d}', key) AS c_name, md5(key::VARCHAR)[:24] AS c_address, nation AS c_nationkey,
    phone(key, nation) AS c_phone, ((pick(key, 15, 1099999) - 99999) / 100)::DECIMAL(15,2) AS c_acctbal,
    word(key, 16, ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD']) AS c_mktsegment, prose(key, 17) AS c_comment
FROM (SELECT range + 1 AS key, pick(range + 1, 18, 25) AS nation FROM range(customers()))

--- lineitem
SELECT orderkey AS l_orderkey, part AS l_partkey, supplier_of(part, pick(line, 51, 4)) AS l_suppkey, number AS l_linenumber,
    quantity::DECIMAL(15,2) AS l_quantity, (quantity * retail(part) / 100)::DECIMAL(15,2) AS l_extendedprice,
    (pick(line, 53, 11) / 100)::DECIMAL(15,2) AS l_discount, (pick(line, 54, 9) / 100)::DECIMAL(15,2) AS l_tax,
    CASE WHEN received <= DATE '1995-06-17' THEN word(line, 55, ['R', 'A']) ELSE 'N' END AS l_returnflag,
    CASE WHEN shipped > DATE '1995-06-17' THEN 'O' ELSE 'F' END AS l_linestatus, shipped AS l_shipdate,
    order_day(orderkey) + 30 + pick(line, 56, 61) AS l_commitdate, received AS l_receiptdate,
    word(line, 57, ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN']) AS l_shipinstruct,
    word(line, 58, ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB']) AS l_shipmode, prose(line, 59) AS l_comment
FROM (SELECT *, shipped + 1 + pick(line, 60, 30) AS received
    FROM (SELECT orderkey, number, line, 1 + (hash(line, 52) % parts())::BIGINT AS part, 1 + pick(line, 61, 50) AS quantity,
        order_day(orderkey) + 1 + pick(line, 62, 121) AS shipped
    FROM (SELECT orderkey, number::INTEGER AS number, orderkey * 8 + number AS line
    FROM (SELECT orderkey, unnest(range(1, 1 + order_lines(orderkey))) AS number
    FROM (SELECT (range // 8) * 32 + range % 8 + 1 AS orderkey FROM range(10 * customers()))))))

--- orders
SELECT orderkey AS o_orderkey, customer - (customer % 3 = 0)::INTEGER AS o_custkey,
    CASE WHEN order_day(orderkey) > DATE '1995-06-17' THEN 'O' WHEN order_day(orderkey) < DATE '1995-03-01' THEN 'F' ELSE 'P' END
        AS o_orderstatus,
    ((90000 + hash(orderkey, 43) % 45000000) / 100)::DECIMAL(15,2) AS o_totalprice, order_day(orderkey) AS o_orderdate,
    word(orderkey, 44, ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW']) AS o_orderpriority,
    format('Clerk#{:09d}', 1 + pick(orderkey, 45, 1000)) AS o_clerk, 0 AS o_shippriority, prose(orderkey, 46) AS o_comment
FROM (SELECT *, 1 + (hash(orderkey, 47) % customers())::BIGINT AS customer
    FROM (SELECT (range // 8) * 32 + range % 8 + 1 AS orderkey FROM range(10 * customers())))
